"""What the threshold that is looked at comes to: right of those taken, taken, and work; and the sentence that a wanted precision asks for."""

from __future__ import annotations

from markupsafe import Markup

from db.services.thresholds import LATELY, ThresholdStudy
from pages.components import markup
from pages.components.labels import count_label
from pages.thresholds.choice import Choice
from pipeline.catalog.setting_kinds import REVIEW_CONFIDENCE
from pipeline.intervals import Interval
from pipeline.thresholds import ThresholdCurve, ThresholdPoint


def show(study: ThresholdStudy, choice: Choice) -> Markup:
    """The wanted precision as a sentence, then three answers."""
    point = choice.point(study.gold)
    answers = [_right(point, study.verdicts, choice), _taken(point), _work(point, study, choice)]
    return markup.meta(wanted_sentence(study.gold, choice.wanted)) + markup.block(markup.join(answers), "jdw-answers")


def threshold_text(threshold: float) -> str:
    """A threshold as the catalog writes it."""
    return REVIEW_CONFIDENCE.text(threshold)


def percent(share: float) -> str:
    """A share as per cent."""
    return f"{100 * share:.1f} %"


def interval_text(interval: Interval, digits: int = 1) -> str:
    """An interval in per cent."""
    return f"{100 * interval.low:.{digits}f} to {100 * interval.high:.{digits}f}"


def wanted_sentence(gold: ThresholdCurve, wanted: float) -> str:
    """From where on a precision is reached on gold, what that takes and leaves, and from where on the sample makes it sure."""
    found = gold.lowest(wanted / 100)
    if found is None:
        points = gold.points()
        best = max(points, key=lambda p: (p.precision or 0.0, p.taken))
        return (
            f"At least {wanted:g} % right: no threshold comes to that on this gold; the best is {percent(best.precision or 0.0)} "
            f"from {threshold_text(best.threshold)} on."
        )
    parts = (
        f"At least {wanted:g} % right: from {threshold_text(found.threshold)} on, {100 * found.coverage:.0f} % taken, "
        f"{100 * found.workload:.0f} of 100 to review."
    )
    sure = gold.lowest(wanted / 100, surely=True)
    if sure is None:
        return f"{parts} {count_label(gold.total, 'answer')} with gold are too few to be sure of it at any threshold."
    if sure == found:
        return f"{parts} The whole interval is above it: this gold is large enough to be sure."
    return (
        f"{parts} To be sure of it (the whole interval): from {threshold_text(sure.threshold)} on, "
        f"{100 * sure.coverage:.0f} % taken."
    )


def _right(point: ThresholdPoint, verdicts: ThresholdCurve, choice: Choice) -> Markup:
    if point.precision is None:
        big, meta = "None is taken", "No answer with gold is as sure as that."
    else:
        big = f"{percent(point.precision)} of those taken right"
        meta = f"{point.right:,} of {point.taken:,} on gold, 95 %: {interval_text(point.precision_interval)}"
    return _answer(f"Precision at {threshold_text(choice.threshold)}", big, f"{meta} · {_check(verdicts, choice)}")


def _check(verdicts: ThresholdCurve, choice: Choice) -> str:
    """The same on runs that reviewers have judged: which runs these are was chosen, so it is a check and no estimate."""
    point = choice.point(verdicts)
    if not point.taken:
        return "no run with a verdict is taken"
    interval = interval_text(point.precision_interval, 0)
    return f"check: of judged runs {point.right:,} of {point.taken:,} are right ({interval} %)"


def _taken(point: ThresholdPoint) -> Markup:
    meta = f"{point.taken:,} of {point.total:,} on gold, 95 %: {interval_text(point.coverage_interval)}"
    return _answer("Coverage", f"{percent(point.coverage)} taken without a reviewer", meta)


def _work(point: ThresholdPoint, study: ThresholdStudy, choice: Choice) -> Markup:
    big = f"{100 * point.workload:.1f} of 100 to review"
    meta = f"95 %: {interval_text(point.workload_interval)}"
    runs = study.runs
    if runs.total:
        below = runs.below(choice.threshold)
        meta += f" · {below:,} of {count_label(runs.total, 'run')} of the last {LATELY.days} days"
    else:
        meta += f" · no run in the last {LATELY.days} days"
    return _answer("Workload", big, meta)


def _answer(caption: str, big: str, meta: str) -> Markup:
    return markup.block(markup.caption(caption) + markup.block(big, "jdw-big") + markup.meta(meta))
