"""A row of the catalog on the page: what it is in words, what comes out without it, who made it so, and its fix."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from db.stores import findings
from db.stores.row_history import RowEvent, RowStory, WholeCatalog
from pages.components import links, markup
from pages.why.view import MAX_KRA, WhyView
from pipeline.catalog.changes import Place
from pipeline.catalog.places import place_text
from pipeline.explain.value import CENTROIDS, Without
from pipeline.repair import NotSkill, WantSkill

EDITIONS = {"clean": "clean edition", "legacy": "legacy edition"}


def in_words(view: WhyView, place: Place) -> Markup:
    """What a row says, each entry in its colour."""
    table, key = place
    match table:
        case "role_aliases":
            form = markup.link(key[1], links.page_url(links.ROLES, slug=key[0]), "alias")
            return markup.fill("Title {} of {}", form, view.name("role", key[0]))
        case "roles":
            return markup.fill("The name of {} itself", view.name("role", key[0]))
        case "skill_aliases":
            form = markup.link(key[1], links.alias_url(key[1], key[0]), "alias")
            return markup.fill("Form {} of {}", form, view.name("skill", key[0]))
        case "skills":
            return markup.fill("The name of {} itself", view.name("skill", key[0]))
        case "skill_dimensions":
            return markup.fill("{} is in {}", view.name("skill", key[0]), view.name("dimension", key[1]))
        case "role_dimensions":
            return markup.fill("{} carries {}", view.name("role", key[0]), view.name("dimension", key[1]))
        case "role_kras":
            return _kra(view, *key)
        case _:
            return markup.fill("The texts filed under {}", view.name("role", key[0]))


def shortened(text: str) -> str:
    """A sentence in a line of the page."""
    return text if len(text) <= MAX_KRA else f"{text[: MAX_KRA - 1]}…"


def _kra(view: WhyView, role: str, text: str) -> Markup:
    """A KRA with the sentence of the text that is nearest to it."""
    name = markup.fill('<span class="jdw-kra" title="{}">{}</span>', text, shortened(text))
    matches = view.explained.held.of_text.kra.matches.of(role)
    sentence = next((m.sentence for m in matches if m.kra_text == text), "")
    said = f": “{shortened(sentence)}”" if sentence else ""
    return name + markup.meta(markup.fill("of {}{}", view.name("role", role), said))


def doubt(view: WhyView, place: Place) -> Markup:
    """That Health suspects a row, as a link to the finding; nothing where it does not."""
    finding = view.suspected.get(place)
    if finding is None:
        return Markup()
    return markup.meta(markup.link(finding.check.label, links.finding_url(findings.key_of(finding)), "bad"))


def without(view: WhyView, found: Without | None) -> Markup:
    """What comes out without a row: another role stands out, the same one is named so."""
    if found is None:
        return markup.meta_span("it cannot be taken out alone")
    if found.role == view.whole.chosen:
        if found.role is None:
            return markup.meta_span("no role either")
        return markup.fill(
            '{} <span class="jdw-tn">{}</span>', markup.meta_span("same role"), f"{found.confidence:.2f}"
        )
    return view.asked(found.role, found.confidence, bold=True) if found.role else markup.bold("no role")


def made_by(view: WhyView, place: Place) -> Markup:
    """Since when a row is as it is and by whom: the change set that made it so, or the catalog that shipped it; and what became of it."""
    if place[0] == CENTROIDS:
        return markup.meta_span("learned from the runs that were filed")
    if place in view.drafted:
        return markup.link("your draft", links.change_set_url(view.draft)) if view.draft else Markup("your draft")
    story = view.stories.get(place, RowStory((), ()))
    maker = story.maker(view.revision)
    said = event_line(maker) if isinstance(maker, RowEvent) else whole_line(maker) if maker else Markup("–")
    later = story.since(view.revision)
    if later is not None:
        what = "removed" if later.change.after is None else "changed"
        said += markup.meta(markup.fill("{} in {}, {}", what, revision_link(later), later.author))
    if len(story.events) > 1 or later is not None:
        said += markup.meta(markup.link("its whole story", view.url(row=place_text(place))))
    return said


def event_line(event: RowEvent) -> Markup:
    """A change set: its revision, who made the change, its title."""
    title = markup.meta_span(markup.fill(", “{}”", event.title)) if event.title else Markup()
    return markup.fill("{}, {}{}", revision_link(event), event.author, title)


def revision_link(event: RowEvent) -> Markup:
    """The revision that a change set made, as a link to the change set."""
    return markup.link(f"revision {event.revision}", links.change_set_url(event.change_set))


def whole_line(whole: WholeCatalog) -> Markup:
    """The catalog with which a row came: the edition that ships, or what was imported."""
    if whole.edition:
        return Markup.escape(f"shipped, {EDITIONS.get(whole.edition, whole.edition)}")
    return markup.fill("revision {}, {}{}", str(whole.revision), whole.author, markup.meta_span(f", {whole.note}"))


def fix(view: WhyView, place: Place) -> Markup:
    """The link that opens the form of a row; an entry itself, or a centroid, is put right on its own page."""
    table, key = place
    match table:
        case "roles" | "centroids":
            return markup.link("Open", links.entity_url("role", key[0]))
        case "skills":
            return markup.link("Open", links.entity_url("skill", key[0]))
    return markup.fill('<span class="jdw-fixes">{}</span>', markup.link("Fix", view.url(fix=place_text(place))))


HEADINGS = ("Gives", "Without this row", "Made so by", "Runs on it", "")


def cells(view: WhyView, place: Place, points: float, found: Without | None) -> Sequence[Markup | str]:
    """The cells of a row behind what it is: gives, without it, made so by, runs on it, fix."""
    return figure(points), without(view, found), made_by(view, place), runs_on(view, place), fix(view, place)


def runs_on(view: WhyView, place: Place) -> Markup:
    """How many past runs rest on a row, with the way to them; a dash for what is no row of the catalog."""
    if place[0] == CENTROIDS:
        return Markup("–")
    count = view.counts.get(place, 0)
    if not count:
        return Markup("0")
    return markup.link(f"{count:,}", links.page_url(links.HISTORY, row=place_text(place)))


def figure(points: float | None) -> str:
    """Points with two decimals; a dash for none."""
    return "–" if points is None else "0" if abs(points) < 0.005 else f"{points:.2f}".replace("-", "−")


def apart(points: float) -> str:
    """How far two sides are apart, with its sign."""
    return "0" if abs(points) < 0.005 else f"{points:+.2f}".replace("-", "−")


def want_text(want: WantSkill | NotSkill) -> str:
    """What the run should have come to, as the address has it."""
    if isinstance(want, NotSkill):
        return f"not-skill:{want.slug}"
    return f"skill:{want.slug}@{want.start}:{want.end}"
