"""Accepting many with a bound: a sample drawn on Health or in the queue, judged blind, what it says, and where that is kept."""

import pytest
from streamlit.testing.v1 import AppTest

from db.services.acceptance import candidate_of_finding
from db.services.audits import Audited, Judgement
from db.services.workbench import Workbench
from db.stores.findings import key_of
from db.stores.group_samples import Draw, Group
from pages.components.acceptance import LEAVE
from pipeline.audit import Finding, Reason, check_of_kind
from pipeline.audit.subjects import AliasSubject
from pipeline.catalog.operations import ChangeReason
from pipeline.sampling import Terms, judgements_needed, most_wrong
from tests.pages.conftest import button, field, flashed, open_page, press_in_dialog, text_of

GROUP = 24


@pytest.fixture
def suspected(writing: Workbench, monkeypatch: pytest.MonkeyPatch) -> dict[str, Finding]:
    """Findings of one kind that are planted in the place of an audit; a draft that holds a repair mends its finding."""
    check = check_of_kind("alias_type")
    assert check is not None
    forms = [a for a in writing.snapshots.current().catalog.skill_aliases if not a.is_primary][:GROUP]
    why = ChangeReason("It is none")
    found = [
        Finding(
            check,
            AliasSubject(a.skill_slug, a.alias_text),
            0.93,
            (Reason(f"“{a.alias_text}” is short"),),
            (why.change(a, None),),
        )
        for a in forms
    ]

    def judge(draft: int | None = None, _seconds: float = 0.0) -> Judgement:
        staged = {c.place for c in writing.change_sets.load_changes(draft)} if draft else set()
        left = [f for f in found if not staged.issuperset(c.place for c in f.repair)]
        return Judgement(Audited(left, writing.usage.load()), is_final=True)

    monkeypatch.setattr(writing.snapshots, "judge", judge)
    return {key_of(finding): finding for finding in found}


def draw(app: AppTest, opener: str, label: str, limit: float = 20.0) -> AppTest:
    """Draw a sample that lets so many per cent be wrong at 90 %."""
    button(app, opener).click().run()
    field(app.number_input, "May be wrong, % of what is accepted").set_value(limit)
    app.segmented_control(key="sample-sure").set_value(0.9)
    button(app, opener).click().run()
    press_in_dialog(app, opener, label)
    return app.run()


def _sample(app: AppTest) -> str:
    """The number of the sample that the address names."""
    found = app.query_params["sample"]
    return found if isinstance(found, str) else found[0]


def judge_rest(workbench: Workbench, app: AppTest, findings: dict[str, Finding]) -> None:
    """Say of all of the sample but the last that they are right, without the page, and of the last on it."""
    sample = workbench.acceptances.samples.load(int(_sample(app)))
    assert sample is not None
    for key in [key for key in sample.drawn if key not in sample.judgements][:-1]:
        candidate = candidate_of_finding(findings[key])
        workbench.acceptances.samples.judge(sample.id, candidate, "right", ("so", ""), "Ada")
    app.run()
    app.button(key="right").click().run()


def test_a_kind_of_finding_is_sampled_judged_blind_and_accepted_with_its_bound(
    writing: Workbench, suspected: dict[str, Finding]
) -> None:
    terms = Terms(0.2, 0.9)
    size = judgements_needed(GROUP, 1, 0, terms)
    app = draw(open_page("health", "Ada", kind="alias_type"), "Judge a sample…", f"Draw {size}")
    (sample,) = writing.acceptances.samples.open_samples("Ada", "findings")
    assert flashed(app) == f"{size} findings drawn." and _sample(app) == str(sample.id)
    text = text_of(app)
    assert f"a random {size} of 24 findings · drawn on revision 1 · at most 20 % wrong, at 90 %" in text
    assert "Is it a fault, and is this repair right?" in text and "is short" in text
    assert "0.93" not in text and "sure 0" not in text

    app.button(key="wrong").click().run()
    app.button(key="sample-back").click().run()
    app.button(key="wrong").click().run()
    app.button(key="right").click().run()
    # Whoever opens the page again goes on where they were.
    assert f"2 of {size} judged" in text_of(open_page("health", "Ada"))
    app = open_page("health", "Ada", sample=str(sample.id))
    assert "Accept" not in " ".join(b.label for b in app.button)
    judge_rest(writing, app, suspected)
    kept = writing.acceptances.samples.load(sample.id)
    assert kept is not None
    at_most = most_wrong(kept.tally, terms.error(1))
    assert f"Accept these 23: at most {at_most} wrong, 90 %." in text_of(app)
    assert f"{size} judged: {size - 1} right, 1 wrong · {GROUP - size} others not looked at" in text_of(app)

    app.button(key="accept-sample").click().run()
    number = writing.change_sets.draft_of("Ada")
    assert number is not None and len(writing.change_sets.load_changes(number)) == 23
    assert flashed(app) == f"23 findings accepted, in your draft {number}."
    said = f"alias type: accepted after a sample: {size} judged, 1 wrong, at most {at_most} of 23 wrong at 90 %, by Ada"
    assert said in text_of(app)
    assert [d.decision for d in writing.findings.decisions().values()].count("rejected") == 1
    assert said in text_of(open_page("changes", "Ada"))
    health = text_of(open_page("health", "Ada"))
    assert f"of {size} decided" in health and "Nothing is suspected here" in health
    writing.change_sets.commit(number, "Ada")
    assert said in text_of(open_page("revisions"))
    assert said in text_of(open_page("revisions", set=str(number)))


def test_all_of_it_is_taken_back_at_once_from_the_draft(writing: Workbench, suspected: dict[str, Finding]) -> None:
    found = {key: (finding, candidate_of_finding(finding)) for key, finding in suspected.items()}
    group = Group("findings", "alias type", {}, tuple(candidate for _, candidate in found.values()), {})
    number = writing.acceptances.samples.draw(group, Draw(Terms(0.0, 0.9), GROUP, 1), "Ada")
    for _, candidate in found.values():
        writing.acceptances.samples.judge(number, candidate, "right", ("so", ""), "Ada")
    draft = writing.acceptances.accept_findings(number, found, "Ada", reject=True).staged.draft
    app = open_page("changes", "Ada")
    button(app, "Take all back").click().run()
    assert flashed(app) == "It is taken back: all of it waits again."
    assert not writing.change_sets.load_changes(draft) and not writing.findings.decisions()
    assert "accepted after a sample" not in text_of(app)
    assert "Accept these 24: at most 0 wrong" in text_of(open_page("health", "Ada", sample=str(number)))


def test_beyond_the_limit_the_page_says_how_many_more_and_accepts_nothing(
    writing: Workbench, suspected: dict[str, Finding]
) -> None:
    terms = Terms(0.2, 0.9)
    size = judgements_needed(GROUP, 1, 0, terms)
    app = draw(open_page("health", "Ada"), "Judge a sample…", f"Draw {size}")
    for judgement in ("wrong", "unsure"):
        app.button(key=judgement).click().run()
    text = text_of(app)
    assert "2 findings not right: this sample cannot come within your limit any more" in text
    assert "1 wrong, 1 unsure (counted as wrong)" in text
    assert not [b for b in app.button if b.key == "accept-sample"]
    left = GROUP - 2
    more = judgements_needed(left, 0, 0, terms, 2)
    button(app, f"Judge {more:,} more").click().run()
    assert "the 2. sample of it · 2 judged before" in text_of(app)
    first = int(_sample(app)) - 1
    assert "Another sample went on from this one" in text_of(open_page("health", "Ada", sample=str(first)))
    judge_rest(writing, app, suspected)
    app.segmented_control(key="sample-wrong").set_value(LEAVE).run()
    app.button(key="accept-sample").click().run()
    assert "accepted" in flashed(app) and len(writing.findings.decisions()) == left


def test_what_moved_is_said_and_left_out(writing: Workbench, suspected: dict[str, Finding]) -> None:
    app = draw(open_page("health", "Ada"), "Judge a sample…", "Draw 24", limit=0.0)
    (sample,) = writing.acceptances.samples.open_samples("Ada", "findings")
    judge_rest(writing, app, suspected)
    kept = writing.acceptances.samples.load(sample.id)
    assert kept is not None
    writing.findings.reject(suspected[kept.drawn[0]], "Bob", "Texts need it")
    app.run()
    text = text_of(app)
    assert "Since the sample was drawn, 1 is decided, held by a colleague or gone: left out here." in text
    assert "Accept these 23" in text


def test_a_sample_of_somebody_else_and_one_that_is_not_there_say_so(
    writing: Workbench, suspected: dict[str, Finding]
) -> None:
    app = draw(open_page("health", "Ada"), "Judge a sample…", "Draw 24", limit=0.0)
    number = _sample(app)
    other = open_page("health", "Bob", sample=number)
    assert "Ada judges this sample" in text_of(other) and not [b for b in other.button if b.key == "right"]
    assert "There is no sample 777 here." in text_of(open_page("health", "Ada", sample="777"))
    assert f"There is no sample {number} here." in text_of(open_page("review_queue", "Ada", sample=number))
    button(app, "Give it up").click().run()
    assert "sample" not in app.query_params and not writing.acceptances.samples.open_samples("Ada", "findings")


def test_proposals_are_sampled_by_what_they_become_and_undone_as_one(writing: Workbench) -> None:
    titles = [f"Keeper of {lakes}" for lakes in ("Lakes", "Rivers", "Ponds", "Tarns")]
    with writing.database.engine.begin() as connection:
        for title in titles:
            query = "INSERT INTO proposal (kind, key, role_slug, text) VALUES ('title', %s, 'data-engineer', %s)"
            connection.exec_driver_sql(query, (title, title))
    waiting = writing.proposals.find("pending", "title", "Keeper")
    app = open_page("review_queue", "Ada", kind="title", words="Keeper")
    app = draw(app, "Judge a sample…", f"Draw {len(waiting)}", limit=0.0)
    text = text_of(app)
    assert "This title becomes" in text and "certainty" not in text
    app.button(key="wrong").click().run()
    for _ in range(len(waiting) - 1):
        app.button(key="right").click().run()
    assert f"Accept these {len(waiting) - 1}: at most 0 wrong, 90 %." in text_of(app)
    app.button(key="accept-sample").click().run()
    number = writing.change_sets.draft_of("Ada")
    assert number is not None and len(writing.change_sets.load_changes(number)) == len(waiting) - 1
    (decision,) = [d for d in writing.change_sets.decisions(number) if d.out is None]
    assert decision.title == "titles with “Keeper” as suggested, after a sample"
    assert {p.status for p in writing.proposals.load_all([p.id for p in waiting])} == {"approved", "rejected"}
    button(app, "Undo").click().run()
    assert {p.status for p in writing.proposals.load_all([p.id for p in waiting])} == {"pending"}
    assert not writing.change_sets.load_changes(number)
