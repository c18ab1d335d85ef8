"""What a run should have come to, by what reviewers say of it or by its gold: what a repair is looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.stores.verdicts import GivenVerdict, together
from pipeline.catalog import Catalog
from pipeline.errors import InputError
from pipeline.experiments.results import Gold
from pipeline.held import HeldRun
from pipeline.repair import NotDimension, NotSkill, Want, WantDimension, WantRole, WantSkill
from pipeline.repair.wants import check_want


def wants_of_verdicts(given: Sequence[GivenVerdict], held: HeldRun) -> list[Want]:
    """What a run does not come to and reviewers say that it should, the role first; verdicts are given the newest first, in the
    names of today's catalog, and of each point the newest word counts. What the catalog does not know any more is left out.
    """
    return [want for want in _wants(given) if _is_known(want, held.indexes.catalog) and not want.is_met(held.result)]


def want_of_gold(gold: Gold, held: HeldRun) -> Want | None:
    """The role of a text's gold, where the run comes to none of those that are acceptable; null where it does."""
    want = WantRole(gold.roles[0])
    if held.result.role_slug in gold.roles or not _is_known(want, held.indexes.catalog):
        return None
    return want


def _wants(given: Sequence[GivenVerdict]) -> Iterator[Want]:
    verdict = together(reversed(given))
    if verdict.has_role:
        yield WantRole(verdict.role_slug)
    yield from (NotSkill(slug) for slug in sorted(verdict.wrong_skills))
    marked = {mark.slug: mark for answer in reversed(given) for mark in answer.missing_skills if mark.slug}
    for slug in sorted(verdict.right_skills & marked.keys()):
        yield WantSkill(slug, marked[slug].start, marked[slug].end)
    links = (link for answer in given for link in answer.links)
    for link in (link for link in links if (link.skill_slug, link.dimension_slug) in verdict.wrong_links):
        if link.right_dimension is None:
            yield NotDimension(link.skill_slug, link.dimension_slug)
        elif (link.skill_slug, link.right_dimension) in verdict.right_links:
            yield WantDimension(link.skill_slug, link.right_dimension)


def _is_known(want: Want, catalog: Catalog) -> bool:
    try:
        check_want(want, catalog)
    except InputError:
        return False
    return True
