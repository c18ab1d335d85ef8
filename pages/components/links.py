"""The pages of the workbench, declared once, and links to them.

Streamlit knows a page by its ``url_path`` alone, so a page object made anew leads to the page that the navigation has.
A page's module is imported when the page is shown: pages link to each other without importing each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Literal, NoReturn
from urllib.parse import urlencode
from uuid import UUID

import streamlit as st

from pages.components.verbatim import verbatim
from pipeline.audit.subjects import EntityTable

EntityKind = Literal["role", "dimension", "skill"]


@dataclass(frozen=True)
class PagePlace:
    """Where a page stands: its title and icon in the navigation, its address, and the module that has its ``page()``."""

    title: str
    icon: str
    url_path: str
    module: str
    section: str
    visible: bool = True
    default: bool = False


HOME = PagePlace("Home", ":material/home:", "home", "pages.home", "", default=True)
NEW_RUN = PagePlace("New run", ":material/play_arrow:", "new", "pages.new_run", "Run")
HISTORY = PagePlace("History", ":material/history:", "history", "pages.history", "Run")
COMPARE = PagePlace("Compare", ":material/compare_arrows:", "compare", "pages.compare", "Run")
RUN = PagePlace("Run", ":material/description:", "run", "pages.run", "Run", visible=False)
WHY = PagePlace("Why", ":material/help:", "why", "pages.why", "Run", visible=False)
PUT_RIGHT = PagePlace("Put right", ":material/build:", "put-right", "pages.put_right", "Run", visible=False)
HEALTH = PagePlace("Health", ":material/health_and_safety:", "health", "pages.health", "Review")
REVIEW_QUEUE = PagePlace("Review queue", ":material/inbox:", "queue", "pages.review_queue", "Review")
VERDICTS = PagePlace("Verdicts", ":material/how_to_reg:", "verdicts", "pages.verdicts", "Review")
COLLISIONS = PagePlace("Collisions", ":material/call_split:", "collisions", "pages.collisions", "Review")
DIMENSION_LINKS = PagePlace("Dimension links", ":material/grid_on:", "links", "pages.dimension_links", "Review")
ALIASES = PagePlace("Aliases", ":material/label:", "aliases", "pages.aliases", "Review")
GOLD_SETS = PagePlace("Gold sets", ":material/workspace_premium:", "gold", "pages.gold_sets", "Proof")
EXPERIMENTS = PagePlace("Experiments", ":material/science:", "experiments", "pages.experiments", "Proof")
THRESHOLDS = PagePlace("Thresholds", ":material/tune:", "thresholds", "pages.thresholds", "Proof")
TRENDS = PagePlace("Trends", ":material/trending_up:", "trends", "pages.trends", "Proof")
ROLES = PagePlace("Roles", ":material/badge:", "roles", "pages.roles", "Catalog")
DIMENSIONS = PagePlace("Dimensions", ":material/category:", "dimensions", "pages.dimensions", "Catalog")
SKILLS = PagePlace("Skills", ":material/build:", "skills", "pages.skills", "Catalog")
CHANGES = PagePlace("My draft", ":material/edit_note:", "changes", "pages.changes", "Changes")
REVISIONS = PagePlace("Revisions", ":material/commit:", "revisions", "pages.revisions", "Changes")
SETTINGS = PagePlace("Settings", ":material/tune:", "settings", "pages.settings", "Changes")

PAGES = (
    HOME,
    NEW_RUN,
    HISTORY,
    COMPARE,
    RUN,
    WHY,
    PUT_RIGHT,
    HEALTH,
    REVIEW_QUEUE,
    VERDICTS,
    COLLISIONS,
    DIMENSION_LINKS,
    ALIASES,
    EXPERIMENTS,
    GOLD_SETS,
    THRESHOLDS,
    TRENDS,
    ROLES,
    DIMENSIONS,
    SKILLS,
    CHANGES,
    REVISIONS,
    SETTINGS,
)
"""All pages, in the order of the navigation."""

ENTITY_PAGES: dict[EntityKind, PagePlace] = {"role": ROLES, "dimension": DIMENSIONS, "skill": SKILLS}
TABLE_PAGES: dict[EntityTable, PagePlace] = {"roles": ROLES, "dimensions": DIMENSIONS, "skills": SKILLS}


def streamlit_page(place: PagePlace) -> st.Page:
    """The page as Streamlit takes it, for the navigation, a link or a switch."""

    def show() -> None:
        import_module(place.module).page()

    return st.Page(
        show,
        title=place.title,
        icon=place.icon,
        url_path=place.url_path,
        default=place.default,
        visibility="visible" if place.visible else "hidden",
    )


def page_link(place: PagePlace, label: str | None = None, *, icon: str = "", help: str = "", **query: str) -> None:
    """A link to a page; ``query`` are the parameters of its address. The label is the page's title unless one is given."""
    st.page_link(
        streamlit_page(place),
        label=verbatim(label or place.title),
        icon=icon,
        help=verbatim(help) or None,
        query_params=query or None,
    )


def open_page(place: PagePlace, **query: str) -> NoReturn:
    """Show another page instead of this one."""
    st.switch_page(streamlit_page(place), query_params=query or None)


def run_link(run_id: UUID | str, label: str = "Run", *, icon: str = "", help: str = "") -> None:
    """A link to a run's page."""
    page_link(RUN, label, icon=icon, help=help, id=str(run_id))


def open_run(run_id: UUID | str) -> NoReturn:
    """Show a run's page."""
    open_page(RUN, id=str(run_id))


def page_url(place: PagePlace, **query: str) -> str:
    """The address of a page, for a link within our own HTML (``markup.link``); ``query`` are its parameters."""
    path = "./" if place.default else place.url_path
    return f"{path}?{urlencode(query)}" if query else path


def run_url(run_id: UUID | str) -> str:
    """The address of a run's page."""
    return page_url(RUN, id=str(run_id))


def why_url(run_id: UUID | str, **query: str) -> str:
    """The address at which a run is explained; ``query`` are further parameters ("against" a role, by its slug)."""
    return page_url(WHY, id=str(run_id), **query)


def put_right_url(**query: str) -> str:
    """The address at which runs are put right: one (``id``, ``want``), those like it (``like``, ``want``), an experiment's failures, or
    those that a filter of the history finds.
    """
    return page_url(PUT_RIGHT, **query)


JUDGE, BLIND = "judge", "blind"
"""Parameters of a run's address: it is to be judged; and that without sight of what it found."""


def verdict_url(run_id: UUID | str, *, blind: bool = False) -> str:
    """The address at which a run is judged; with ``blind`` what it found is hidden until the reviewer has chosen the role."""
    return page_url(RUN, id=str(run_id), **{BLIND if blind else JUDGE: "1"})


def entity_url(kind: EntityKind, slug: str) -> str:
    """The address of the card of a role, dimension or skill."""
    return page_url(ENTITY_PAGES[kind], slug=slug)


def alias_url(text: str, skill: str = "") -> str:
    """The address of a form among the aliases: of the one that a skill (a slug) has, or of all that hold the text."""
    return page_url(ALIASES, alias=f"{skill}:{text}") if skill else page_url(ALIASES, words=text)


def matrix_url(by: Literal["role", "dimension", "category"], of: str) -> str:
    """The address of the matrix of the skills that a role, a dimension or a category brings together."""
    return page_url(DIMENSION_LINKS, by=by, of=of)


def change_set_url(number: int) -> str:
    """The address of a draft or a committed change set."""
    return page_url(CHANGES, set=str(number))


def finding_url(key: str) -> str:
    """The address of a finding of Health, by its key."""
    return page_url(HEALTH, finding=key)


def collision_url(kind: str, form: str) -> str:
    """The address of a title or a form that several entries hold, by its kind in the log and its folded form."""
    return page_url(COLLISIONS, collision=f"{kind} {form}")


def collision_log_url(number: int) -> str:
    """The address of the collision that an entry of the log is about, by the entry's number."""
    return page_url(COLLISIONS, log=str(number))


def compare_url(left: UUID | str, right: UUID | str) -> str:
    """The address of two runs side by side."""
    return page_url(COMPARE, a=str(left), b=str(right))


def review_queue_url(kind: str = "", **query: str) -> str:
    """The address of the proposals of one kind, or of all; ``query`` are further parameters ("id", "status", "words")."""
    return page_url(REVIEW_QUEUE, **({"kind": kind} if kind else {}), **query)


def open_compare(left: UUID | str, right: UUID | str) -> NoReturn:
    """Show two runs side by side."""
    open_page(COMPARE, a=str(left), b=str(right))


def open_compare_with_draft(run_id: UUID | str, draft: int) -> NoReturn:
    """Show a run on today's catalog beside the same on the catalog with a draft."""
    open_page(COMPARE, a=str(run_id), draft=str(draft))


def entity_link(kind: EntityKind, slug: str, label: str, *, icon: str = "") -> None:
    """A link to the card of a role, dimension or skill."""
    page_link(ENTITY_PAGES[kind], label, icon=icon, slug=slug)


def table_link(table: EntityTable, slug: str, label: str, *, icon: str = "") -> None:
    """A link to the card of a row of a table of entries."""
    page_link(TABLE_PAGES[table], label, icon=icon, slug=slug)


def change_set_link(number: int, label: str, *, icon: str = ":material/edit_note:") -> None:
    """A link to a draft or a committed change set."""
    page_link(CHANGES, label, icon=icon, set=str(number))


def review_queue_link(label: str, kind: str, *, icon: str = "") -> None:
    """A link to the proposals of one kind ("skill", "title", "link", "kra", "role")."""
    page_link(REVIEW_QUEUE, label, icon=icon, kind=kind)


def matrix_link(by: Literal["role", "dimension", "category"], of: str, label: str) -> None:
    """A link to the matrix of the skills that a role, a dimension or a category brings together."""
    page_link(DIMENSION_LINKS, label, icon=DIMENSION_LINKS.icon, by=by, of=of)
