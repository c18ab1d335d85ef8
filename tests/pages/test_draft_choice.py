"""What contradicts the draft, wherever it is staged: the page asks, and does what is chosen."""

from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from pipeline.catalog.operations import ChangeReason, edit
from tests.pages.conftest import SECONDS, be, button


def _script() -> None:
    """A page that stages, as it was made from the catalog without the draft."""
    import streamlit as st

    from pages.components import draft
    from pages.components.workbench import workbench
    from pipeline.catalog.operations import ChangeReason, edit

    draft.ask_refused()
    redis = workbench().snapshots.current().catalog.skill["redis"]
    if st.button("Fix"):
        draft.stage(edit(redis, ChangeReason("new"), vendor="Two"), "It is fixed.")


def _vendor(workbench: Workbench, number: int) -> str | None:
    return workbench.snapshots.with_draft(number).catalog.skill["redis"].vendor


def test_it_is_staged_all_the_same_or_not_at_all(writing: Workbench) -> None:
    redis = writing.snapshots.current().catalog.skill["redis"]
    number = writing.change_sets.stage_for("Ada", edit(redis, ChangeReason("old"), vendor="One"))
    app = AppTest.from_function(_script, default_timeout=SECONDS)
    be(app, "Ada")
    button(app.run(), "Fix").click().run()
    assert "skill redis has another vendor by now" in " ".join(m.value for m in app.markdown)
    assert "Stage the rest" not in [b.label for b in app.button]
    button(app, "Leave the draft as it is").click().run()
    assert (_vendor(writing, number), writing.change_sets.load(number).decisions) == ("One", 1)
    button(app, "Fix").click().run()
    button(app, "Stage it all the same").click().run()
    assert (_vendor(writing, number), writing.change_sets.load(number).decisions) == ("Two", 2)
