"""Judged runs and gold texts by their names, each a link to its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from markupsafe import Markup

from pages.components import links, markup
from pages.components.workbench import workbench

MAX_LETTERS = 70


def judged_links(names: Iterable[str]) -> Mapping[str, Markup]:
    """A link for each name: the id of a run, or a gold text as SET/ITEM."""
    ids, found = {}, dict[str, Markup]()
    for name in dict.fromkeys(names):
        try:
            ids[UUID(name)] = name
        except ValueError:
            gold_set, _, item = name.partition("/")
            url = links.page_url(links.GOLD_SETS, set=gold_set, item=item)
            found[name] = markup.link(item[:MAX_LETTERS], url) + markup.meta_span(f" gold of {gold_set}")
    for row in workbench().history.listed(list(ids)) if ids else ():
        label = row["name"] or row["title"] or row["given_title"] or row["first_words"] or "Empty text"
        found[ids[row["id"]]] = markup.link(str(label)[:MAX_LETTERS], links.run_url(row["id"]))
    return found


def link_list(names: Iterable[str], found: Mapping[str, Markup], most: int = 60) -> Markup:
    """Names as a list of links, those that are there."""
    there = [found[name] for name in dict.fromkeys(names) if name in found]
    more = len(there) - most
    items = markup.join(markup.fill("<li>{}</li>", one) for one in there[:most])
    return markup.fill("<ul>{}</ul>", items) + (markup.meta(f"and {more:,} more") if more > 0 else Markup())
