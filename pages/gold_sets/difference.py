"""Two versions of a set side by side: what came, what went, and what is another, item by item."""

from __future__ import annotations

import streamlit as st

from db.services.gold_differences import item_differences
from db.stores.gold_listing import Differing
from pages.components import frame, markup
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pages.gold_sets import address, item
from pages.gold_sets.address import Asked
from pages.gold_sets.names import Names

MAX_SHOWN = 200


def show(asked: Asked) -> None:
    """Draw what version ``b`` has other than version ``a``."""
    bench = workbench()
    found = bench.gold_sets.find(asked.name)
    for version in (asked.a, asked.b):
        bench.gold_sets.check_version(found, version)
    frame.name_tab(f"{found.name}, {asked.a} and {asked.b}")
    st.html(
        markup.meta(
            markup.join(
                [markup.link("Gold sets", address.url()), markup.link(found.name, address.url(found.name))], " · "
            )
        )
        + markup.title(f"{found.name}: version {asked.b} beside {asked.a}")
    )
    differing = bench.gold_listing.difference(found.id, asked.a, asked.b, MAX_SHOWN + 1)
    if not differing:
        st.html(markup.empty("Both versions have the same items."))
        return
    counts = {
        "added": sum(one.before is None for one in differing),
        "removed": sum(one.after is None for one in differing),
    }
    counts["changed"] = len(differing) - sum(counts.values())
    said = ", ".join(f"{count_label(count, 'item')} {word}" for word, count in counts.items() if count)
    st.html(markup.meta(said if len(differing) <= MAX_SHOWN else f"The first {MAX_SHOWN} items that differ."))
    names = Names.today()
    rows = [_row(one, found.name, asked.b, names) for one in differing[:MAX_SHOWN]]
    st.html(markup.table(["Job description", "", "What differs"], rows))


def _row(one: Differing, set_name: str, version: int, names: Names) -> list[str]:
    now = one.after or one.before
    assert now is not None
    link = markup.link(now.title or now.id, address.url(set_name, item=one.jd_id, version=version))
    named = markup.block(link) + (markup.meta(now.id) if now.title else "")
    if one.before is None or one.after is None:
        word = "added" if one.before is None else "removed"
        return [named, markup.tag(word), names.roles(now.acceptable)]
    return [named, markup.tag("changed"), item.differences(item_differences(one.before, one.after), names)]
