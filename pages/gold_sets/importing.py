"""The import of a file into a set: all of it, or nothing and what is wrong with which line."""

from __future__ import annotations

import streamlit as st

from db.services.gold_files import GoldFileError, import_gold, read_gold
from db.stores.gold_versions import GoldWritten
from pages.components import kept, markup
from pages.components.flash import flash
from pages.components.form_fields import stop
from pages.components.identity import has_name, person
from pages.components.markup import Column
from pages.components.verbatim import verbatim
from pages.components.workbench import workbench
from pipeline.errors import WorkbenchError

MAX_PROBLEMS = 200
"""Problems that the page lists; the command line lists them too."""


def show(into: str = "") -> None:
    """Draw the form; ``into`` is the set that it imports into, empty where one is to be named."""
    st.html(
        markup.meta(
            "JSON Lines in the format of eval (id, title, text, role, acceptable, skills) or of parse-eval (labels, joined by id). A text "
            "whose labels come with it may lack role and skills. "
            "The same lines again change nothing; a changed one makes a new version."
        )
    )
    left_at, right_at = st.columns(2, gap="large")
    with left_at:
        uploads = st.file_uploader("Files", type=["jsonl", "json"], key="gold-file", accept_multiple_files=True)
    with right_at:
        name = into or st.text_input("Set", placeholder="dev", **kept.text("gold-import-set"))
        reason = st.text_input(
            "Why", placeholder="For the colleague who looks at the versions", **kept.text("gold-import-why")
        )
    if not st.button("Import", type="primary", icon=":material/upload_file:", key="gold-import"):
        return
    if not uploads or not name:
        stop("Name the set that it goes into." if uploads else "Choose a file first.")
        return
    given = [(upload.name, upload.getvalue()) for upload in uploads]

    def now() -> None:
        files = [read_gold(file_name, content) for file_name, content in given]
        done = import_gold(workbench().gold_sets, name, files, person(), reason)
        kept.forget("gold-import-set", "gold-import-why")
        flash(f"“{name.strip()}” is at version {done.version}: {written(done)}.")

    try:
        if has_name(now):
            now()
    except GoldFileError as error:
        _problems(error)
        return
    except WorkbenchError as error:
        st.error(verbatim(error), icon=":material/error:")
        return
    if not into:
        st.query_params["set"] = name.strip()
    st.rerun()


def written(done: GoldWritten) -> str:
    """What came of an addition or a removal, in a few words."""
    counts = {word: len(getattr(done, word)) for word in ("added", "changed", "removed", "unchanged")}
    said = [f"{count:,} {word}" for word, count in counts.items() if count]
    if done.unlabelled:
        said.append(f"{len(done.unlabelled):,} with parse labels of the text of before, which stay with that version")
    return ", ".join(said)


def _problems(error: GoldFileError) -> None:
    """What is wrong with a file, by line and field."""
    count = len(error.problems)
    st.error(
        verbatim(
            f"Nothing was imported: {count} problem{'s' if count > 1 else ''}. Put them right and import the file again."
        ),
        icon=":material/error:",
    )
    rows = [(str(p.line), p.field or "the whole line", p.problem) for p in error.problems[:MAX_PROBLEMS]]
    st.html(markup.table([Column("Line", "n"), "Field", "Problem"], rows))
    if count > MAX_PROBLEMS:
        st.html(markup.meta(f"and {count - MAX_PROBLEMS:,} more"))
