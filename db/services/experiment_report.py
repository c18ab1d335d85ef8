"""One page of HTML about an experiment, perhaps beside another, for somebody who has no workbench: it needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from db.services.experiment_causes import KeptCauses
from db.services.experiments import ComparedExperiments, Experiments
from db.stores.experiments import Experiment
from pipeline.evaluation import f_score
from pipeline.experiments.bootstrap import LEVEL
from pipeline.experiments.comparison import Comparison, Slice
from pipeline.experiments.pairs import Pair
from pipeline.experiments.results import Result, total
from pipeline.experiments.verdict import p_text, signed, verdict
from pipeline.intervals import wilson

MAX_ROWS = 200
"""Job descriptions that a table lists; how many more there are is said."""

_STYLE = """
:root { color-scheme: light dark; --fg: light-dark(#1f2328, #e6e8eb); --mute: light-dark(#59636e, #9aa4af);
  --line: light-dark(#d9dee3, #343b43); --bg: light-dark(#fff, #14181c); --good: light-dark(#1a7f37, #57c472);
  --bad: light-dark(#c62828, #ff8a80) }
body { font: 14px/1.45 system-ui, sans-serif; color: var(--fg); background: var(--bg); max-width: 1000px; margin: 24px auto; padding: 0 16px }
h1 { font-size: 22px; margin: 0 0 2px } h2 { font-size: 16px; margin: 28px 0 6px; border-top: 1px solid var(--line); padding-top: 14px }
p { margin: 4px 0 } .mute { color: var(--mute) } .lead { font-size: 17px; margin: 14px 0 } .good { color: var(--good) } .bad { color: var(--bad) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: 4px 10px 4px 0;
  border-bottom: 1px solid var(--line); vertical-align: top } th { font-weight: 500; color: var(--mute) }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
"""
_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title><style>{style}</style></head><body>{body}</body></html>\n"
)
_EMPTY = Markup()


def report(experiments: Experiments, found: Experiment, against: str | None = None) -> str:
    """The page: what the experiment came to, and with ``against`` how it stands beside that one, which is A."""
    parts = [_head(found)]
    names = {slug: role.name for slug, role in experiments.roles().items()}
    if against is not None:
        both = experiments.compare(against, found.id)
        parts.append(_compared(both, experiments.causes.known(both.a, both.b), names))
    parts.append(_alone(experiments.results(found), names))
    return str(_PAGE.format(title=found.name, style=Markup(_STYLE), body=_joined(parts)))


def _joined(parts: Iterable[Markup]) -> Markup:
    return _EMPTY.join(parts)


def _head(found: Experiment) -> Markup:
    at = f"{found.created_at:%d %B %Y}, by {found.author}"
    done = f"{found.done} of {found.size} job descriptions of {found.set_name}" + (
        f", {found.failed} could not be run" if found.failed else ""
    )
    return Markup('<h1>{name}</h1><p>{done}, {gold} with gold</p><p class="mute">{way} · {at}</p>').format(
        name=found.name, done=done, gold=found.gold, way=found.way, at=at
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]], numbers: frozenset[int] = frozenset()) -> Markup:
    """A table; the columns of ``numbers`` are aligned as such."""
    css = [Markup(' class="n"') if i in numbers else _EMPTY for i in range(len(heads))]
    head = _joined(Markup("<th{c}>{t}</th>").format(c=c, t=t) for c, t in zip(css, heads, strict=True))
    body = _joined(
        Markup("<tr>{cells}</tr>").format(
            cells=_joined(Markup("<td{c}>{t}</td>").format(c=c, t=t) for c, t in zip(css, row, strict=True))
        )
        for row in rows
    )
    return Markup('<div class="wide"><table><tr>{head}</tr>{body}</table></div>').format(head=head, body=body)


# --- one experiment -----------------------------------------------------------------------------------------------


def _alone(results: Sequence[Result], names: Mapping[str, str]) -> Markup:
    marked = [result for result in results if result.marks]
    rows: list[Sequence[object]] = []
    if marked:
        right = sum(bool(result.is_right) for result in marked)
        within = wilson(right, len(marked))
        rows.append(
            (
                "Roles right",
                f"{right} of {len(marked)}",
                f"{right / len(marked):.1%}",
                f"{within.low:.1%} to {within.high:.1%}",
            )
        )
        counts = [r.marks.skills for r in marked if r.marks and r.marks.skills]
        for name, figure in zip(
            ("Skills, precision", "Skills, recall", "Skills, F1"), f_score(total(counts)), strict=True
        ):
            if counts:
                rows.append((name, f"{len(counts)} texts", f"{figure:.3f}", ""))
    parts = [Markup("<h2>What it came to</h2>")]
    if rows:
        parts.append(_table(("Measure", "Of", "Figure", "95 % interval"), rows, frozenset((2,))))
    cases = Counter(result.case for result in results)
    parts.append(_table(("Case", "Job descriptions"), sorted(cases.items()), frozenset((1,))))
    roles = Counter(_named(result.role, names) for result in results if not result.error).most_common(MAX_ROWS)
    parts += [Markup("<h2>Roles</h2>"), _table(("Role", "Job descriptions"), roles, frozenset((1,)))]
    broken = [(result.id, result.title, result.error) for result in results if result.error]
    if broken:
        parts += [Markup("<h2>Could not be run</h2>"), _table(("Id", "Title", "Why"), broken[:MAX_ROWS])]
    return _joined(parts)


# --- beside another -----------------------------------------------------------------------------------------------


def _compared(both: ComparedExperiments, causes: KeptCauses | None, names: Mapping[str, str]) -> Markup:
    found = both.comparison
    said = verdict(found)
    css = {"better": "good", "worse": "bad"}.get(said.kind, "")
    figures = ", and ".join(f"{figure} ({basis})" for figure, basis in said.parts)
    parts = [
        Markup('<p class="lead"><b class="{css}">{lead}:</b> {figures}.</p>').format(
            css=css, lead=said.lead, figures=figures
        ),
        Markup('<p class="mute">A: {name}, {way}. B: this one. {n} job descriptions in both.</p>').format(
            name=both.a.name, way=both.a.way, n=found.n
        ),
        _totals(found),
        _causes(causes),
        _slices(found),
        _changed(found.changed, causes, names),
    ]
    return _joined(parts)


def _totals(found: Comparison) -> Markup:
    if not found.has_gold or found.roles.difference is None:
        return _EMPTY
    figures = [("Roles right", found.roles.difference, found.roles.p_value)]
    if found.skills:
        named = (("F1", found.skills.f1), ("precision", found.skills.precision), ("recall", found.skills.recall))
        figures += [(f"Skills, {name}", figure, figure.p_value) for name, figure in named]
    if found.brier:
        figures.append(("Confidence, Brier (less is better)", found.brier, found.brier.p_value))
    rows = [
        (
            name,
            f"{f.a:.3f}",
            f"{f.b:.3f}",
            signed(f.difference),
            f"{signed(f.interval.low)} to {signed(f.interval.high)}",
            p_text(p),
        )
        for name, f, p in figures
    ]
    heads = ("Measure", "A", "B", "B − A", "95 % interval", "Test")
    note = Markup(
        '<p class="mute">Roles: exact McNemar test. The others: bootstrap over the same job descriptions.</p>'
    )
    return Markup("<h2>Totals</h2>") + _table(heads, rows, frozenset((1, 2, 3, 4, 5))) + note


def _slices(found: Comparison) -> Markup:
    parts = []
    for by in dict.fromkeys(s.by for s in found.slices):
        rows = [_slice_row(s) for s in found.slices if s.by == by]
        heads = (by.capitalize(), "JDs", "A", "B", "Broken", "Fixed", "Corrected p")
        parts += [Markup("<h2>By {by}</h2>").format(by=by), _table(heads, rows, frozenset(range(1, 7)))]
    if parts and found.has_gold:
        parts.append(Markup('<p class="mute">p-values are corrected for the number of rows of each table (Holm).</p>'))
    return _joined(parts)


def _slice_row(found: Slice) -> Sequence[object]:
    roles = found.roles
    if not roles.n:
        return (found.value, found.n, "", "", "", "", "")
    css = "good" if roles.fixed > roles.broken else "bad"
    p: object = p_text(found.p_corrected)
    if found.p_corrected < LEVEL:
        p = Markup('<b class="{css}">{p}</b>').format(css=css, p=p)
    shares = [f"{right / roles.n:.0%}" for right in (roles.right_a, roles.right_b)]
    return (found.value, found.n, *shares, roles.broken, roles.fixed, p)


def _causes(causes: KeptCauses | None) -> Markup:
    """What made the difference, where it has been replayed."""
    if causes is None or not causes.shown:
        return _EMPTY
    rows = [
        (factor.label, factor.revision or "", len(factor.broken), len(factor.fixed), len(factor.moved))
        for factor in causes.shown[:MAX_ROWS]
    ]
    note = f"Found by {causes.replays:,} replays with one change at a time."
    if causes.skipped:
        note += f" {causes.skipped:,} job descriptions were not looked at."
    heads = ("Catalog row or setting", "Revision", "Broken", "Fixed", "Moved")
    table = _table(heads, rows, frozenset((1, 2, 3, 4)))
    return Markup("<h2>What made the difference</h2>") + table + Markup('<p class="mute">{n}</p>').format(n=note)


def _named(role: str | None, names: Mapping[str, str]) -> str:
    return names.get(role, role) if role else "no role"


def _because(pair: Pair, causes: KeptCauses | None) -> str:
    cause = causes.of_jd.get(pair.id) if causes else None
    return "; ".join(causes.factors[place].label for place in cause.factors) if causes and cause else ""


def _changed(pairs: Sequence[Pair], causes: KeptCauses | None, names: Mapping[str, str]) -> Markup:
    if not pairs:
        return Markup("<h2>What came out differently</h2><p>Nothing.</p>")
    rows = [
        (
            pair.a.title or pair.id,
            pair.kind if pair.kind != "same" else "skills",
            *(
                f"{_named(side.role, names)} {side.confidence:.2f}" if side.role else "no role"
                for side in (pair.a, pair.b)
            ),
            _because(pair, causes),
            ", ".join(sorted(pair.lost)),
            ", ".join(sorted(pair.gained)),
        )
        for pair in pairs[:MAX_ROWS]
    ]
    more = len(pairs) - MAX_ROWS
    note = Markup('<p class="mute">and {n} more</p>').format(n=more) if more > 0 else _EMPTY
    heads = ("Job description", "What", "A", "B", "Because of", "Skills lost", "Skills gained")
    return Markup("<h2>What came out differently, the worst first</h2>") + _table(heads, rows) + note
