"""What is said of a proposal beside its words: where it would go, how probably that is right, and why it stands lower."""

from __future__ import annotations

from db.stores.queue_listing import Lowered
from db.stores.review_queue import Proposal
from pages.components.draft import DraftView
from pages.components.labels import vocabulary_label
from pipeline.catalog.describe import name_of

KIND_LABELS = {"skill": "skill", "title": "title", "link": "link", "kra": "KRA", "role": "role"}
MANY = {"skill": "skills", "title": "titles", "link": "links", "kra": "KRAs", "role": "roles"}


def proposal_name(proposal: Proposal, view: DraftView) -> str:
    """What a proposal is called on the page."""
    return name_of(view.catalog, "dimensions", proposal.text) if proposal.kind == "link" else proposal.name


def place_text(proposal: Proposal, view: DraftView) -> str:
    """Where a new skill would go, and how probably that is right; empty where nothing was found."""
    catalog = view.catalog
    if proposal.kind != "skill":
        return f"certainty of the role {proposal.certainty:.2f}" if proposal.certainty is not None else ""
    owner = catalog.skill.get(proposal.owner)
    nature = vocabulary_label(proposal.edits.get("nature") or proposal.nature)
    slug = proposal.edits.get("dimension") or proposal.dimension
    parts = [
        f"a form of {owner.display_name}?" if owner else "",
        nature,
        f"in {name_of(catalog, 'dimensions', slug)}" if slug else "",
    ]
    if slug and "dimension" in proposal.edits:
        parts.append("as written by a curator")
    elif slug and proposal.certainty is not None:
        parts.append(f"(certainty {proposal.certainty:.2f})")
    return " ".join(filter(None, parts))


def lowered_text(lowered: Lowered, view: DraftView) -> str:
    """Why a proposal stands lower: how many of its like were rejected, and what they have in common."""
    sign, kind, what = (*lowered.mark.split(" ", 2), "")[:3]
    if sign == "spelling":
        return "another spelling of it was rejected"
    many = MANY.get(kind, "proposals")
    nature, _, dimension = what.partition(" in ")
    common = {
        "doubt": f"{many} that look like {what}",
        "employer": f"{many} that look like an employer’s name",
        "place": f"{many} of nature {vocabulary_label(nature)} in {name_of(view.catalog, 'dimensions', dimension)}",
        "role": f"{many} for {name_of(view.catalog, 'roles', what)}",
        "form": f"{many} written as {what}",
    }
    rejected = f"{lowered.rejected:,} of {lowered.decided:,} that were decided"
    return f"like {rejected} were rejected: {common.get(sign, many)}"
