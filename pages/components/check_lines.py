"""A check of a change set in a line: what it came to, how sure that is, and its class; of a draft as of one that is committed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from markupsafe import Markup

from db.stores.gate import Passed
from pages.components import links, markup
from pages.components.labels import count_label
from pipeline.audit.subjects import EntityTable
from pipeline.catalog import Catalog
from pipeline.catalog.describe import name_of
from pipeline.experiments.verdict import p_text
from pipeline.gate import CHECKS, CheckClass, CheckResult, Demand, Example, Measure, check_named

Tone = Literal["good", "bad", "doubt", "wait", ""]
TONES: Mapping[CheckClass, Tone] = {"no effect": "", "improving": "good", "mixed": "doubt", "breaking": "bad"}
ICONS: Mapping[Tone, str] = {
    "good": "check_circle",
    "bad": "error",
    "doubt": "warning",
    "": "check_circle",
    "wait": "schedule",
}
MUST_LABELS = {"not breaking": "must not be breaking", "not mixed": "must not be mixed", "shown": "only shown"}
MEASURE_LABELS = {"roles": "roles", "skills": "texts by their skills", "links": "skills by their links"}
TABLES: Mapping[str, EntityTable] = {"role": "roles", "dimension": "dimensions"}
MAX_ENTRIES = 6
MAX_TEXTS = 12


def line(tone: Tone, name: str, outcome: str, detail: str | Markup = "") -> Markup:
    """One line of a list of checks."""
    below = markup.meta(detail) if detail else Markup()
    icon = markup.fill('<span class="i jdw-{}-text" aria-hidden="true">{}</span>', tone, ICONS[tone])
    return markup.fill('<div class="jdw-check">{}<b>{}</b><span>{}</span>{}</div>', icon, name, outcome, below)


def check_line(result: CheckResult, demand: Demand, catalog: Catalog, detail: Markup | None = None) -> Markup:
    """A check with its class; ``detail`` is said of it beside what it says itself."""
    check = check_named(result.name)
    outcome = check.classify(result, demand.level)
    # What need not hold is no red light for the commit.
    tone = TONES[outcome]
    parts = [*_measured(result), _class(outcome), *([detail] if detail else [])]
    said = markup.join([markup.join(parts, " · "), _examples(result, catalog)])
    return line(tone, _name(result), _counted(result), said)


def _name(result: CheckResult) -> str:
    label = check_named(result.name).label
    if result.name == "gold":
        return f"{label}, {result.n:,} {'text' if result.n == 1 else 'texts'}"
    return f"{label}, {result.n:,}" if result.name == "runs" else label


def _class(outcome: CheckClass) -> Markup:
    return toned(TONES[outcome], outcome)


def toned(tone: str, text: str) -> Markup:
    """Text in the colour of a judgement."""
    return markup.fill('<span class="jdw-{}-text">{}</span>', tone, text) if tone else markup.fill("{}", text)


def _counted(result: CheckResult) -> Markup:
    """What is on the right: how much is better and worse."""
    if result.name == "rules":
        return toned("bad", f"{result.worse} broken") if result.worse else markup.fill("{}", "hold")
    if result.name == "moves":
        return markup.fill("{}", f"{count_label(result.moved, 'run')} moved" if result.moved else "no run moves")
    words = ("gone", "new") if result.name == "audit" else ("fixed", "broken")
    roles = result.measure("roles")
    better, worse = (roles.better, roles.worse) if roles else (result.better, result.worse)
    # A new finding is suspected, and not known to be a fault.
    tone = "doubt" if result.name == "audit" else "bad"
    return markup.fill(
        "{}, {}",
        toned("good" if better else "", f"{better} {words[0]}"),
        toned(tone if worse else "", f"{worse} {words[1]}"),
    )


def _measured(result: CheckResult) -> list[Markup]:
    """What was measured, in parts."""
    if result.name == "rules":
        return [markup.fill("on {}", count_label(result.n, "row"))]
    if result.name == "moves":
        return [markup.fill("of {}", count_label(result.n, "past run") + " that it can touch")]
    parts = []
    if result.name in ("gold", "runs"):
        parts.append(markup.fill("{}", f"{result.replayed:,} that it can touch, {result.moved:,} come out differently"))
    parts += [found for measure in result.measures if (found := _measure(measure))]
    return parts


def _measure(measure: Measure) -> Markup | None:
    """One measure in words; null where nothing of it has moved."""
    said = []
    if measure.before is not None and measure.after is not None:
        before, after = (f"{100 * share:.1f}" for share in (measure.before, measure.after))
        said.append(f"{before} → {after} % {measure.name} right" if before != after else f"{after} % roles right")
    if measure.better or measure.worse:
        test = "exact McNemar" if measure.name == "roles" else "exact sign test"
        if measure.name in MEASURE_LABELS and measure.name != "roles":
            said.append(f"{MEASURE_LABELS[measure.name]}: {measure.better} better, {measure.worse} worse")
        if measure.p_value is not None:
            said.append(f"{test} {p_text(measure.p_value)}")
    return markup.fill("{}", ", ".join(said)) if said else None


def _examples(result: CheckResult, catalog: Catalog) -> Markup:
    if result.name == "moves":
        shown = [_entry(e, catalog) for about in TABLES for e in _of(result, about)[:MAX_ENTRIES]]
        return markup.fill("<div>{}</div>", markup.join(shown, ", ")) if shown else Markup()
    listed = [e for e in result.examples if e.kind != "moved"][:MAX_TEXTS]
    if not listed or result.name == "rules":
        return Markup()
    rows = markup.join(_example(e) for e in listed)
    return markup.fill('<details class="jdw-rows"><summary>{}</summary><ul>{}</ul></details>', "Which", rows)


def _of(result: CheckResult, about: str) -> list[Example]:
    return [e for e in result.examples if e.about == about]


def _entry(example: Example, catalog: Catalog) -> Markup:
    table = TABLES[example.about]
    name = name_of(catalog, table, example.item)
    kind: Literal["role", "dimension"] = "role" if example.about == "role" else "dimension"
    return markup.fill("{} {}", markup.link(name, links.entity_url(kind, example.item), kind), example.after)


def _example(example: Example) -> Markup:
    tone = "good" if example.kind == "fixed" else "doubt" if example.about == "finding" else "bad"
    url = {"run": links.run_url(example.item)}.get(example.about, "")
    name = markup.link(example.label, url) if url else markup.fill("{}", example.label)
    sides = [markup.removed(example.before)] if example.before else []
    sides += [markup.added(example.after)] if example.after else []
    return markup.fill("<li>{} {} {}</li>", toned(tone, _word(example)), name, markup.join(sides, " "))


def _word(example: Example) -> str:
    if example.about == "finding":
        return "gone" if example.kind == "fixed" else "new"
    return "fixed" if example.kind == "fixed" else "broken"


def policy_sentence(demands: Iterable[tuple[str, Demand]]) -> str:
    """What a policy demands, in a sentence."""
    said = [
        f"{check_named(name).label.lower()} {MUST_LABELS[demand.must]} (p < {demand.level:g})"
        for name, demand in demands
        if demand.must_hold and name != "rules"
    ]
    return "; ".join(["rules must hold", *said])


def kept_checks(passed: Passed, committer: str, catalog: Catalog) -> Markup:
    """How a committed change set came through the gate, as it is kept with it; nothing for one from before there was a gate."""
    if not passed.checks and passed.policy is None:
        return Markup()
    parts = [markup.heading("Checks")]
    if passed.override_checks:
        listed = ", ".join(f"“{check_named(name).label}”" for name in passed.override_checks)
        parts.append(
            markup.fill(
                '<div class="jdw-lead"><b class="jdw-bad-text">{}</b> {} <q>{}</q></div>',
                "Overridden.",
                f"{listed} did not hold as the policy demanded; {committer} committed it all the same:",
                passed.override_why,
            )
        )
    for check in CHECKS:
        demand = passed.policy.of(check.name) if passed.policy else Demand()
        if kept := passed.checks.get(check.name):
            parts.append(check_line(kept.result, demand, catalog, markup.fill("{}", MUST_LABELS[demand.must])))
    missing = [c.label for c in CHECKS if c.name not in passed.checks]
    if missing:
        parts.append(markup.meta(f"Not made before the commit: {', '.join(missing)}."))
    if passed.policy:
        demands = [(c.name, passed.policy.of(c.name)) for c in CHECKS]
        parts.append(markup.meta(f"Policy of then: {policy_sentence(demands)}."))
    return markup.join(parts)
