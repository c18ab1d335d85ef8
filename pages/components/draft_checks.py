"""What is checked of a draft, beside its decisions: rules, runs with verdicts, the audit, roles that move, conflicts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.services.draft_reports import AuditChange, DraftReport, Progress
from db.stores.change_sets import ChangeSet, Examination
from db.stores.findings import key_of
from pages.components import links, markup
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pipeline.audit import Finding
from pipeline.catalog.describe import name_of

MAX_FINDINGS = 4
MAX_ROLES = 6
ICONS = {"good": "check_circle", "bad": "error", "doubt": "warning", "": "check_circle", "wait": "schedule"}
POLL_SECONDS = 1


def draft_checks(chosen: ChangeSet, found: Examination) -> None:
    """The checks, each one line with its outcome. Those that take long come by themselves."""
    st.html(markup.heading("Checks"))
    lines = [_rules(chosen, found), _conflicts(found)]
    if not workbench().reports.is_complete(chosen.id):
        st.html(markup.join(lines))
        _wait_for_report(chosen.id, workbench().reports.ask(chosen.id) is not None)
        return
    report = workbench().reports.ask(chosen.id)
    st.html(markup.join([*lines, *(_of_report(report, chosen.id) if report else [_failed()])]))


@st.fragment(run_every=POLL_SECONDS)
def _wait_for_report(number: int, has_runs: bool) -> None:
    """Ask again until the report is there, then draw the page with it."""
    report = workbench().reports.ask(number)
    if workbench().reports.is_complete(number) or (report is not None and not has_runs):
        st.rerun()
    st.html(markup.join(_of_report(report, number) if report else [_waiting(workbench().reports.progress(number))]))


def _waiting(progress: Progress | None) -> Markup:
    """How far the replay of past runs has come."""
    if progress is None:
        return _line("wait", "Past runs", "being looked up …")
    return _line("wait", "Past runs", f"{progress.done:,} of {progress.of:,} replayed …")


def _of_report(report: DraftReport, number: int) -> list[Markup]:
    return [_runs(report, number), _audit(report.audit), _roles(report)]


def _line(tone: str, name: str, outcome: str, detail: str | Markup = "") -> Markup:
    below = markup.meta(detail) if detail else Markup()
    icon = markup.fill('<span class="i jdw-{}-text" aria-hidden="true">{}</span>', tone, ICONS[tone])
    return markup.fill('<div class="jdw-check">{}<b>{}</b><span>{}</span>{}</div>', icon, name, outcome, below)


def _rules(chosen: ChangeSet, found: Examination) -> Markup:
    if found.problems:
        broken = count_label(len(found.problems), "rule") + " broken"
        return _line("bad", "Rules of the catalog", broken, "each is told beside the decision that breaks it")
    return _line("good", "Rules of the catalog", "hold", f"on {count_label(chosen.size, 'row')}")


def _conflicts(found: Examination) -> Markup:
    if found.conflicts:
        return _line(
            "bad", "Conflicts", f"{len(found.conflicts)} open", "; ".join(c.text() for c in found.conflicts[:3])
        )
    return _line("good", "Conflicts", "none")


def _failed() -> Markup:
    return _line("doubt", "Past runs", "could not be replayed", "The log of the workbench says why.")


def _runs(report: DraftReport, number: int) -> Markup:
    whole = report.whole
    fixed, broken = whole.count("better"), whole.count("worse")
    judged = markup.fill(
        "{}, {}",
        _toned("good" if fixed else "", f"{fixed} fixed"),
        _toned("bad" if broken else "", f"{broken} broken"),
    )
    of = f", the newest of {whole.among:,} that it can touch," if whole.among else ""
    unknown = len(whole.effects) - fixed - broken
    changed = f"{count_label(whole.touched, 'past run')}{of} replayed: {count_label(len(whole.effects), 'comes', 'come')} out differently"
    detail = markup.fill("{}, {} of them without a verdict", changed, str(unknown)) if whole.effects else changed
    tone = "bad" if broken > fixed else "good" if fixed else ""
    more = links.page_url(links.CHANGES, set=str(number), runs="1")
    if whole.effects:
        detail = markup.fill("{} · {}", detail, markup.link("which", more))
    return _line(tone, "Runs with verdicts", judged, detail)


def _audit(change: AuditChange | None) -> Markup:
    if change is None:
        return _line("wait", "Audit", "being made …")
    outcome = markup.fill(
        "{}, {}",
        _toned("good" if change.gone else "", f"{len(change.gone)} gone"),
        _toned("doubt" if change.new else "", f"{len(change.new)} new"),
    )
    detail = markup.fill("new: {}", markup.join(map(_finding, change.new[:MAX_FINDINGS]), "; ")) if change.new else ""
    return _line("doubt" if change.new else "good" if change.gone else "", "Audit", outcome, detail)


def _finding(finding: Finding) -> Markup:
    text = f"{finding.check.label.lower()}, sure {finding.score:.2f}"
    return markup.link(text, links.finding_url(key_of(finding)))


def _roles(report: DraftReport) -> Markup:
    moved = report.whole.roles_moved
    runs = sum(e.role_changes for e in report.whole.effects)
    catalog = workbench().snapshots.current().catalog
    names = [
        markup.fill(
            "{} {}", markup.link(name_of(catalog, "roles", slug), links.entity_url("role", slug), "role"), f"{by:+d}"
        )
        for slug, by in list(moved.items())[:MAX_ROLES]
    ]
    outcome = f"{count_label(runs, 'run')} moved" if runs else "no run moves"
    return _line("", "Roles that gain or lose", outcome, markup.join(names, ", ") if names else "")


def _toned(tone: str, text: str) -> Markup:
    return markup.fill('<span class="jdw-{}-text">{}</span>', tone, text) if tone else markup.fill("{}", text)


def blocked_because(decisions: Sequence[object], found: Examination) -> str:
    """Why a draft cannot be committed as it is; empty where it can."""
    if not decisions:
        return "No decision is in it."
    reasons = []
    if found.conflicts:
        count = len(found.conflicts)
        reasons.append("one conflict is" if count == 1 else f"{count} conflicts are")
    if found.problems:
        count = len(found.problems)
        reasons.append("one broken rule is" if count == 1 else f"{count} broken rules are")
    return f"{' and '.join(reasons).capitalize()} to be settled first." if reasons else ""
