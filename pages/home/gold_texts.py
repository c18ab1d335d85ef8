"""The gold texts on one revision, one by one: what they should come to, what they do, and what changed on it."""

from __future__ import annotations

import streamlit as st
from markupsafe import Markup

from db.services.revision_quality import RevisionQuality
from db.stores.measures import GoldResult
from pages.components import links, markup
from pages.components.markup import Column
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pages.home.figures import Figures
from pipeline.catalog import Catalog

ORDER = ("broken", "fixed", "wrong", "")
TONES = {"broken": "bad", "fixed": "good", "wrong": "bad"}


def revision_of_address(figures: Figures) -> RevisionQuality | None:
    """The revision whose gold texts the address asks for; null for none, which the page says of a number that is not there."""
    asked = st.query_params.get("gold", "")
    if not asked:
        return None
    found = next((q for q in figures.revisions if str(q.revision.id) == asked), None)
    if found is None or not found.is_measured:
        st.warning(verbatim(f"The gold texts are not measured on a revision {asked}."), icon=":material/search_off:")
        return None
    return found


def show(quality: RevisionQuality) -> None:
    """A line for each text, what changed on this revision first, and the way back."""
    catalog = workbench().snapshots.current().catalog
    before = {g.item: g for g in quality.gold_before}
    rows = sorted(
        ((_word(g, before.get(g.item)), g) for g in quality.gold), key=lambda r: (ORDER.index(r[0]), r[1].item)
    )
    heads: list[str | Column] = [
        "Text",
        "Should be",
        "Comes to",
        "",
        Column("Misses", "jdw-wide"),
        Column("Has too many", "jdw-wide"),
    ]
    title = f"Gold texts on revision {quality.revision.id}"
    st.html(
        markup.block(markup.heading(title) + markup.link("Close", links.page_url(links.HOME)), "jdw-bar")
        + markup.table(heads, [_row(word, g, before.get(g.item), catalog) for word, g in rows])
    )


def _word(now: GoldResult, before: GoldResult | None) -> str:
    if before is not None and before.is_right != now.is_right:
        return "fixed" if now.is_right else "broken"
    return "" if now.is_right else "wrong"


def _row(word: str, now: GoldResult, before: GoldResult | None, catalog: Catalog) -> list[Markup | str]:
    text = workbench().quality.gold_labels().get(now.item)
    wanted = sorted(text.roles, key=lambda r: r or "") if text else []
    was = before.role_slug if before is not None and before.role_slug != now.role_slug else now.role_slug
    comes_to = _role(now.role_slug, catalog)
    if was != now.role_slug:
        comes_to += markup.meta(markup.fill("before: {}", _role(was, catalog)))
    return [
        text.label if text else now.item,
        markup.join((_role(slug, catalog) for slug in wanted), " or "),
        comes_to,
        markup.tag(word, TONES[word]) if word else "",
        _skills(now.missed, before.missed if before else now.missed, catalog),
        _skills(now.extra, before.extra if before else now.extra, catalog),
    ]


def _role(slug: str | None, catalog: Catalog) -> Markup:
    if slug is None:
        return markup.meta_span("no role")
    return _entity("role", slug, catalog.role[slug].display_name if slug in catalog.role else None)


def _entity(kind: links.EntityKind, slug: str, name: str | None) -> Markup:
    return markup.link(name, links.entity_url(kind, slug), kind) if name else markup.meta_span(slug)


def _skills(now: tuple[str, ...], before: tuple[str, ...], catalog: Catalog) -> Markup:
    """The skills that are wrong now, new ones marked; those that were wrong before and are not now behind them."""
    parts = []
    for slug in now:
        name = _entity("skill", slug, catalog.skill[slug].display_name if slug in catalog.skill else None)
        parts.append(name + (markup.tag("broken", "bad") if slug not in before else ""))
    for slug in sorted(set(before) - set(now)):
        name = _entity("skill", slug, catalog.skill[slug].display_name if slug in catalog.skill else None)
        parts.append(markup.fill("<s>{}</s> ", name) + markup.tag("fixed", "good"))
    return markup.join(parts, ", ")
