"""How experiments, roles and progress are written, in the list and on every page of one."""

from __future__ import annotations

from datetime import timedelta

import humanize
from markupsafe import Markup

from db.stores.experiments import Experiment
from pages.components import links, markup
from pages.components.workbench import workbench
from pipeline.experiments.pairs import Pair
from pipeline.experiments.results import Result

STATUSES = {"running": "running", "paused": "paused", "cancelled": "cancelled", "finished": "finished"}
TONES = {"running": "", "paused": "doubt", "cancelled": "bad", "finished": "good"}
NO_ROLE = "no role"


def url(**query: str) -> str:
    """The address of the page with parameters."""
    return links.page_url(links.EXPERIMENTS, **{name: value for name, value in query.items() if value})


def link(found: Experiment) -> Markup:
    """An experiment by its name, leading to its page."""
    return markup.link(found.name, url(id=str(found.id)))


def role_name(slug: str | None) -> str:
    """A role by the name that the catalog of today gives it, or gave it last."""
    role = workbench().experiments.roles().get(slug) if slug else None
    return role.name if role else (slug or NO_ROLE)


def role_link(slug: str | None) -> Markup | str:
    """The same, leading to its card where there is one."""
    known = slug and slug in workbench().snapshots.current().catalog.role
    return markup.link(role_name(slug), links.entity_url("role", slug), "role") if known and slug else role_name(slug)


def label_of(result: Result) -> str:
    """What a job description is called: its title, else its id."""
    return result.title or result.id


def said_role(result: Result, *, with_confidence: bool = True) -> Markup:
    """What a side said of the role, marked as right or wrong where that is known."""
    if result.error:
        return markup.fill('<span class="jdw-bad">{}</span>', "could not be run")
    return role_said(result.role, result.confidence, result.is_right, with_confidence=with_confidence)


def role_said(role: str | None, confidence: float, is_right: bool | None, *, with_confidence: bool = True) -> Markup:
    """A role with its confidence, marked as right or wrong where that is known."""
    sign = {True: ("jdw-good", "✓ "), False: ("jdw-bad", "✗ "), None: ("", "")}[is_right]
    word = {True: "right: ", False: "wrong: ", None: ""}[is_right]
    return markup.fill(
        '<span class="{}"><span aria-hidden="true">{}</span><span class="jdw-unseen">{}</span>{}</span> {}',
        sign[0],
        sign[1],
        word,
        role_name(role),
        # The confidence is that of a role: where there is none, it says nothing.
        markup.meta_span(f"{confidence:.2f}") if role and with_confidence else "",
    )


def pair_link(pair: Pair, a: Experiment, b: Experiment) -> Markup:
    """A job description of a pair, leading to what both sides made of it."""
    return markup.link(label_of(pair.a), url(a=str(a.id), b=str(b.id), jd=pair.id))


def progress(found: Experiment) -> Markup:
    """How far an experiment is: a bar and, while it runs, how fast and how long still."""
    share = 100 * found.done / found.size
    bar = markup.fill(
        '<span class="jdw-progress" role="img" aria-label="{}"><i style="width:{}%"></i></span>',
        f"{share:.0f} % done",
        f"{share:.1f}",
    )
    parts = [f"{found.done:,} of {found.size:,}"]
    if found.failed:
        parts.append(f"{found.failed:,} failed")
    if found.status == "running" and found.rate:
        parts.append(f"{found.rate:.1f} a second")
    if found.seconds_left is not None:
        parts.append(f"{duration(float(found.seconds_left))} left")
    elif found.is_over and found.seconds is not None:
        parts.append(f"in {duration(found.seconds)}")
    return bar + markup.meta(" · ".join(parts))


def duration(seconds: float) -> str:
    """A span of time as a person says it."""
    return humanize.precisedelta(timedelta(seconds=max(1, round(seconds))), minimum_unit="seconds", format="%d")
