"""What is checked of a draft, beside its decisions: rules, gold, runs with verdicts, the audit, roles that move, conflicts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from db.services.draft_reports import DraftReport, Progress
from db.stores.change_sets import ChangeSet, Examination
from pages.components import links, markup
from pages.components.check_lines import MUST_LABELS, check_line, line, policy_sentence
from pages.components.labels import count_label
from pages.components.workbench import workbench
from pipeline.gate import CHECKS, Demand, Policy, Unmet, check_named
from pipeline.gate.checks import RULES

POLL_SECONDS = 1
WAITING = {
    "runs": "being looked up …",
    "gold": "waits for its turn …",
    "audit": "waits for its turn …",
    "moves": "comes with the runs …",
}


def draft_checks(chosen: ChangeSet, found: Examination) -> None:
    """The checks, each one line with its outcome. Those that take long come by themselves."""
    policy = workbench().gate_store.policy()
    st.html(markup.heading("Checks"))
    st.html(markup.join([_rules(chosen, found), _conflicts(found)]))
    # In this order: between the two more may come.
    is_complete = workbench().reports.is_complete(chosen.id)
    report = workbench().reports.ask(chosen.id)
    if is_complete:
        if workbench().reports.has_failed(chosen.id):
            _show_failed(chosen)
        st.html(_of_report(report, chosen.id, policy))
    else:
        _wait_for_report(chosen.id, tuple(report.checks) if report else ())
    st.html(markup.meta(markup.fill("Policy: {}. {}", policy_sentence(_demands(policy)), _settings())))


def _demands(policy: Policy) -> list[tuple[str, Demand]]:
    return [(check.name, policy.of(check.name)) for check in CHECKS]


def _settings() -> Markup:
    return markup.link("Who overrides says why", links.page_url(links.SETTINGS))


@st.fragment(run_every=POLL_SECONDS)
def _wait_for_report(number: int, known: tuple[str, ...]) -> None:
    """Ask again until more is there, then draw the page with it."""
    report = workbench().reports.ask(number)
    if workbench().reports.is_complete(number) or (report is not None and tuple(report.checks) != known):
        st.rerun()
    st.html(_of_report(report, number, workbench().gate_store.policy(), workbench().reports.progress(number)))


def _of_report(report: DraftReport | None, number: int, policy: Policy, progress: Progress | None = None) -> Markup:
    """The checks that are there, and for the others how far they have come."""
    catalog = workbench().snapshots.current().catalog
    lines = []
    for check in CHECKS:
        if check.name == RULES.name:
            continue
        result = report.checks.get(check.name) if report else None
        if report is not None and result is not None:
            demand = policy.of(check.name)
            lines.append(
                check_line(result, demand, catalog, _beside(check.name, report, number, MUST_LABELS[demand.must]))
            )
        elif not workbench().reports.has_failed(number):
            lines.append(line("wait", check.label, _waiting(check.name, progress)))
    return markup.join(lines)


def _beside(name: str, report: DraftReport, number: int, must: str) -> Markup:
    if name != "runs" or not report.whole.effects:
        return markup.fill("{}", must)
    which = markup.link("which", links.page_url(links.CHANGES, set=str(number), runs="1"))
    changed = count_label(len(report.whole.effects), "past run comes", "past runs come")
    of = f", the newest of {report.whole.among:,} that it can touch" if report.whole.among else ""
    unjudged = sum(e.run.verdict is None for e in report.whole.effects)
    said = f"{changed} out differently of {report.whole.touched:,}{of}, {unjudged} of them without a verdict"
    return markup.fill("{} · {} · {}", said, which, must)


def _waiting(name: str, progress: Progress | None) -> str:
    """How far a check has come."""
    if progress is not None and progress.check == name:
        return f"{progress.done:,} of {progress.of:,} replayed …"
    return WAITING[name]


def _show_failed(chosen: ChangeSet) -> None:
    st.html(line("doubt", "Checks", "could not all be made", "The log of the workbench says why."))
    if st.button("Try again", icon=":material/refresh:", key="retry-checks"):
        workbench().reports.retry(chosen.id)
        st.rerun()


def _rules(chosen: ChangeSet, found: Examination) -> Markup:
    if found.problems:
        broken = count_label(len(found.problems), "rule") + " broken"
        return line("bad", RULES.label, broken, "each is told beside the decision that breaks it")
    return line("good", RULES.label, "hold", f"on {count_label(chosen.size, 'row')}")


def _conflicts(found: Examination) -> Markup:
    if found.conflicts:
        return line(
            "bad", "Conflicts", f"{len(found.conflicts)} open", "; ".join(c.text() for c in found.conflicts[:3])
        )
    return line("good", "Conflicts", "none")


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


def unmet_sentence(unmet: Sequence[Unmet]) -> str:
    """Why the policy does not let a draft be committed, in a sentence."""
    waiting = [check_named(u.name).label for u in unmet if u.reason in ("unfinished", "stale")]
    failing = [u.text() for u in unmet if u.reason not in ("unfinished", "stale")]
    said = [f"{' and '.join(failing)}, which the policy does not admit"] if failing else []
    if waiting:
        said.append(f"it waits for {' and '.join(f'“{name}”' for name in waiting)}")
    sentence = "; ".join(said)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""
