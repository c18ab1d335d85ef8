"""The difference of two runs in one sentence, with its cause, and whether it is for the better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from pages.compare.judgement import TONES, Judgement, Word, count_words
from pages.compare.sides import Comparison
from pages.components import markup
from pages.components.labels import count_label
from pipeline.compare import Difference, causes, compare
from pipeline.old_runs import Beside

MAX_LABELS = 2
OF_OTHER_TEXTS = "What is right of one text says nothing of another, so nothing here is called better or worse."


def show(comparison: Comparison, judgement: Judgement | None) -> None:
    """Draw it, coloured where somebody has said what is right."""
    words = judged_words(comparison, judgement)
    tone = TONES[overall(words)] if judgement else ""
    line = markup.block(sentence(comparison), f"jdw-headline jdw-{tone}" if tone else "jdw-headline")
    same_text = comparison.left.jd_hash == comparison.right.jd_hash
    st.html(line + markup.meta(verdict_line(words, judgement) if same_text else OF_OTHER_TEXTS))


def sentence(comparison: Comparison) -> str:
    """The difference in a sentence ("Role the same, 3 skills differ, because of change set 4")."""
    rows = compare(*comparison.sides)
    differing = [row for row in rows if row.differs]
    if comparison.left.jd_hash != comparison.right.jd_hash:
        roles = _role_names(rows)
        against = f"{roles[0]} against {roles[1]}" if roles[0] != roles[1] else f"Both {roles[0]}"
        return f"{against}, {_count_part(differing)}: the runs are of different texts"
    if not [row for row in differing if row.area not in ("Cost and time", "Proposals")]:
        return "Nothing differs but the way there" if differing else "Nothing differs"
    return f"{_role_part(rows)}, {_count_part(differing)}, {_because(comparison, differing)}"


def _role_part(rows: Sequence[Difference]) -> str:
    (role,) = [row for row in rows if row.area == "Role" and row.name == "Chosen role"]
    if not role.differs:
        return "Role the same" if role.left != "No role" else "No role on either side"
    return (
        f"{role.left} became {role.right}"
        if "No role" not in (role.left, role.right)
        else (f"{role.right} instead of no role" if role.left == "No role" else f"No role instead of {role.left}")
    )


def _role_names(rows: Sequence[Difference]) -> tuple[str, str]:
    (role,) = [row for row in rows if row.area == "Role" and row.name == "Chosen role"]
    return role.left, role.right


def _count_part(differing: Sequence[Difference]) -> str:
    """How many skills differ, else how many links, else how many rows."""
    for area, noun in (("Skills", "skill"), ("Links", "link")):
        if count := sum(row.area == area for row in differing):
            return f"{count_label(count, noun)} {'differs' if count == 1 else 'differ'}"
    return "the skills too" if not any(row.name == "Chosen role" for row in differing) else "the skills the same"


def _because(comparison: Comparison, differing: Sequence[Difference]) -> str:
    """What made the difference: the change sets that touch most of it, else what was set differently."""
    found = causes(differing, comparison.catalog_changes)
    labels = Counter(label.split(",")[0] for labelled in found.values() for label in {name for name, _ in labelled})
    if labels:
        names = [label for label, _ in labels.most_common(MAX_LABELS)]
        more = f" and {len(labels) - MAX_LABELS} more" if len(labels) > MAX_LABELS else ""
        return f"because of {' and '.join(names) if not more else ', '.join(names)}{more}"
    if comparison.beside is not None:
        return f"because of {_old_faults(comparison.beside)}"
    settings = [s.name.lower() for s in comparison.settings if s.name != "Catalog revision"]
    if settings:
        return f"because of another {' and '.join(settings[:MAX_LABELS])}"
    if comparison.draft is not None:
        return f"because of draft {comparison.draft}"
    if comparison.left.revision_id != comparison.right.revision_id:
        return "because of the revisions between"
    return "because of the runs that came between"


def _old_faults(beside: Beside) -> str:
    """What the old run got wrong, the kinds that change the result most; another catalog where it got nothing wrong."""
    labels = list(dict.fromkeys(_within(fault.check.label) for fault in beside.faults))
    more = f" and {len(labels) - MAX_LABELS} more faults" if len(labels) > MAX_LABELS else ""
    named = (", " if more else " and ").join(labels[:MAX_LABELS])
    return f"{named}{more} of the old run" if labels else "another catalog"


def _within(label: str) -> str:
    """A label within a sentence; what begins with an abbreviation stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def judged_words(comparison: Comparison, judgement: Judgement | None) -> list[Word]:
    """A word for each row that differs and is judged."""
    if judgement is None:
        return []
    rows = [row for row in compare(*comparison.sides) if row.differs]
    words = [judgement.of_row(row, *comparison.sides) for row in rows]
    return [word for word in words if word != "other"]


def overall(words: Sequence[Word]) -> Word:
    """Better where nothing is worse, and the other way round; other where both are, or nothing is judged."""
    counted = count_words(words)
    if counted["better"] and not counted["worse"]:
        return "better"
    return "worse" if counted["worse"] and not counted["better"] else "other"


def verdict_line(words: Sequence[Word], judgement: Judgement | None) -> Markup | str:
    """What is better and worse, and who says so."""
    if judgement is None:
        return "No reviewer has judged either run, so nothing here is called better or worse."
    counted = count_words(words)
    parts = [f"{counted[word]} {word}" for word in ("better", "worse") if counted[word]]
    return f"{', '.join(parts)}, {judgement.source}" if parts else f"As good on both sides, {judgement.source}"
