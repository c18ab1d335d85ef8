"""Word lists of the checks of names."""

from __future__ import annotations

COMMON_WORDS = frozenset(
    "able area back base basic best big build call care case change check clear close code come core cover current cut data "
    "day deal deep detail do done drive early easy edge end even face fact fast feature field file find fine first fit fix "
    "flow focus follow form free full get give go good group grow hand hard have head help high hold home hot idea issue it "
    "item job keep key kind know large last late lead learn leave level life light like line list live local long look low "
    "main make manage mark match mean meet mind mix mode more most move name near need net new next note off offer old on "
    "one open order own pace page part pass past path people person place plan play point post power present pull push put "
    "quick range rate reach read ready real rest result right rise role room rule run safe sale same save scale scope "
    "search see self sell send serve set share shift short show side sign simple site size small solve sort source space "
    "speed staff stage stand start state stay step stop store story strong study style such sure take talk task team tell "
    "term test text think time title top total touch track trade train travel trend trust try turn type unit up use user "
    "value view visit voice wait walk want watch way web well wide win wish word work world write year".split()
)
"""Ordinary words of texts that name no skill; a skill's own name is exempt."""
FILLERS = frozenset(
    "app apps application applications framework frameworks server servers service services cloud platform platforms database "
    "databases developer development engine chart charts stack stacks tool tools suite software system systems library libraries "
    "web interface interfaces spreadsheet spreadsheets programming language solution solutions technology technologies "
    "enterprise and of the for with in".split()
)
"""Words for the kind of a thing, which distinguish no two names."""
KIND_WORDS = FILLERS - set("enterprise cloud suite system systems application applications for platform tool".split())
"""Those that can follow a name without changing its meaning."""
