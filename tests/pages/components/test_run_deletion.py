"""The question before runs are deleted, and what their address shows afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from streamlit.testing.v1 import AppTest

from db.services.workbench import Workbench
from pipeline.catalog.refs import RunRef
from tests.pages.conftest import SECONDS, be, button, field, open_page, text_of


def _script(run_id: str) -> None:
    from uuid import UUID

    from pages.components.flash import show_flash
    from pages.components.frame import navigation
    from pages.components.run_deletion import confirm_deletion

    navigation()
    show_flash()
    confirm_deletion([UUID(run_id)])


def asked(workbench: Workbench) -> tuple[AppTest, UUID]:
    run_id = workbench.history.recent()[0].id
    workbench.teamwork.comment(RunRef(run_id), "bob", "Zephyrine is a river")
    app = AppTest.from_function(_script, args=(str(run_id),), default_timeout=SECONDS)
    be(app, "ann")
    return app.run(), run_id


def test_the_dialog_names_what_rests_on_the_run_and_the_reviewer_chooses(writing: Workbench) -> None:
    app, run_id = asked(writing)
    assert "Zephyrine is a river" in text_of(app) and "things rest on it" in text_of(app)
    labels = [box.label for box in app.checkbox]
    assert "Comment by bob" in labels and "Proposed skill “Zephyrine”, waiting" in labels
    for box in app.checkbox:
        if not box.label.startswith("Comment"):
            box.uncheck()
    button(app, "Delete").click().run()
    deletion = writing.deletions.find(run_id)
    assert deletion is not None and deletion.deleted_by == "ann"
    assert [q.label for q in deletion.quotations] == ["Comment by bob"]


def test_without_the_switch_no_quotation_stays(writing: Workbench) -> None:
    app, run_id = asked(writing)
    field(app.toggle, "Keep the quotations").set_value(False).run()
    button(app, "Delete").click().run()
    deletion = writing.deletions.find(run_id)
    assert deletion is not None and deletion.quotations == ()


def test_the_address_of_a_deleted_run_says_so_and_puts_it_back(writing: Workbench) -> None:
    run_id = writing.history.recent()[0].id
    writing.deletions.delete([run_id], "ann", writing.deletions.citations([run_id])[:1])
    app = open_page("run", id=str(run_id))
    assert "This run was deleted By ann" in text_of(app) and "Kept of it · 1 quotation" in text_of(app)
    button(app, "Put it back").click().run()
    assert writing.runs.load(run_id).id == run_id


def test_once_the_text_is_erased_nothing_offers_to_put_it_back(writing: Workbench) -> None:
    run_id = writing.history.recent()[0].id
    writing.deletions.delete([run_id], "ann")
    writing.deletions.purge(timedelta(0))
    app = open_page("run", id=str(run_id))
    assert "This run was deleted" in text_of(app)
    assert "Put it back" not in [b.label for b in app.button]
