"""Step 1: skills, signals, decision and proposed updates, and the whole answer."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pipeline.contracts.base import NAME_AND_KEY, TextSpan, Wire
from pipeline.contracts.new_roles import NewRole
from pipeline.contracts.parsed import ParsedJD
from pipeline.contracts.vocabularies import (
    Archetype,
    Case,
    CollisionKind,
    KraNovelty,
    ProposalStatus,
    SkillNature,
)


class Mention(Wire):
    """A place in the JD where a skill is named: code points of the raw text, ``end`` exclusive."""

    text_field: ClassVar = "text"
    needed: ClassVar = frozenset({"start", "end"})
    start: int
    """The first code point, counted in the raw text from 0."""
    end: int
    """The code point behind the last one."""
    text: str
    """The words there."""
    alias: str | None = None
    """Added key: the form of the catalog that they are."""
    section: str | None = None
    """Added key: the kind of a passage (see there) in which they stand; runs of before may hold other words."""


class FinalSkill(Wire):
    """A skill that the JD demands, primary or secondary; ``slug`` is null for one that the catalog lacks."""

    text_field: ClassVar = "skill_name"
    needed: ClassVar = frozenset({"skill_name"})
    is_primary: bool
    """Whether the position depends on it; else it is secondary."""
    skill_name: str
    """The catalog's name of the skill, or the text's own."""
    slug: str | None = None
    """Added key: its key in the catalog; null where the catalog lacks it."""
    confidence: float | None = None
    """Added key: how probable it is that the skill is meant, 0 to 1."""
    skill_nature: SkillNature | None = None
    """Added key: what kind of skill it is."""
    mentions: list[Mention] = Field(default_factory=list, alias="evidence")
    """Added key: every place where the text names it."""
    rivals: list[str] = Field(default_factory=list)
    """Added key: slugs of other skills that own the form in which this one was found."""


class JDRole(Wire):
    """The title of the JD as a role, without the catalog."""

    text_field: ClassVar = "display_name"
    display_name: str | None
    """The title."""
    rationale: str | None
    """Why it is this title, where a model said so."""
    role_aliases: list[str]
    """Other forms of the title."""
    role_archetype: Archetype | None
    """The kind of work that the title names."""
    slug: str
    """The title as a key; empty without a title."""
    source: TextSpan | None = None
    """Added key: where in the text the title was read."""


class KraMatch(Wire):
    """A sentence of the JD with the KRA of a role that is nearest to it; ``similarity`` is their raw cosine."""

    text_field: ClassVar = "kra_text"
    needed: ClassVar = frozenset({"kra_text", "sentence"})
    kra_text: str
    """The KRA of the role."""
    sentence: str
    """The sentence of the JD."""
    similarity: float
    """Their cosine."""
    corrected_similarity: float | None = None
    """Added key: the cosine less what any sentence has with this KRA."""
    start: int | None = None
    """Added key: where the sentence begins."""
    end: int | None = None
    """Added key: where it ends."""


class RoleScore(Wire):
    """A role in a signal. ``score`` has the signal's plain meaning; ``rank_score`` is what orders (added key)."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    display_name: str
    """Display name of the role."""
    kra_matches: list[KraMatch] | None
    """The three best sentences, in the KRA signal; else null."""
    matched_count: int | None
    """Primary skills that reach the role, in the skill signal; else null."""
    matched_skills: list[str] | None
    """Their names; else null."""
    role_id: int | None
    """The role's number in the catalog."""
    score: float
    """The signal's plain figure, 0 to 1: mean cosine, share of skills, 1.0 for an exact title."""
    slug: str
    """The role's key."""
    total_count: int | None
    """Primary skills of the JD, in the skill signal; else null."""
    rank_score: float | None = None
    """Added key: what orders the list."""
    alias_text: str | None = None
    """Added key: the catalog's title that matched."""
    is_generic: bool | None = None
    """Added key: whether that title is too general to decide."""
    tied: bool | None = None
    """Added key: whether another role has the same score."""


class Signals(Wire):
    """The roles that each signal supports, one list for each signal, the best role first."""

    alias_found: bool
    """Whether the title is one of the catalog's."""
    alias_match_roles: list[RoleScore]
    """By the title."""
    kra_match_roles: list[RoleScore]
    """By the duties."""
    skill_match_roles: list[RoleScore]
    """By the primary skills."""
    centroid_match_roles: list[RoleScore] = Field(default_factory=list)
    """Added key: by what past JDs of a role were like."""
    title_match_roles: list[RoleScore] = Field(default_factory=list)
    """Added key: by titles that are near."""


class RoleWeight(Wire):
    """One role in the ranking of the decision (added key): what each signal adds, all in 0..1, and their sum."""

    text_field: ClassVar = "slug"
    needed: ClassVar = frozenset({"slug"})
    stand_ins: ClassVar = NAME_AND_KEY
    slug: str
    """The role's key."""
    display_name: str
    """Its display name."""
    probability: float
    """How probable it is that it is right."""
    evidence: dict[str, float]
    """What each signal adds, by its name."""


class AliasCollision(Wire):
    """A title, or a form of a skill, in the JD that several roles or skills of the catalog hold."""

    text_field: ClassVar = "term"
    needed: ClassVar = frozenset({"term", "kind"})
    kind: CollisionKind
    """Whether roles or skills hold it."""
    term: str
    """How the catalog writes it."""
    parties: list[str]
    """The keys of all that hold it."""
    chosen: str | None
    """The key of the role or skill that was taken for it; null for none."""
    told_apart: bool
    """Whether the catalog says which is meant where: by words beside it, by its case, or since it is specific to one role alone."""
    mentions: list[Mention] = Field(default_factory=list, alias="evidence")
    """Where it stands; nowhere for a title that was given beside the text."""


class Decision(Wire):
    """The chosen role, the case of the choice, its confidence (a calibrated probability) and its reasoning."""

    alias_collision_detected: bool
    """Whether the title stands for several roles, or a form in the text for several skills, and nothing in the catalog tells which."""
    case: Case
    """How the choice was made."""
    chosen_role: RoleScore | None
    """The role; null where none fits."""
    confidence: float
    """The calibrated probability that the chosen role is right; 0 where none is chosen (see ``none_probability``)."""
    is_new_role: bool
    """Whether a role that the catalog lacks is proposed."""
    llm2_fired: bool
    """Whether a model decided as second judge."""
    llm2_reasoning: str | None
    """What it said."""
    matched_dimensions: list[str] = Field(default_factory=list)
    """Dimensions of the role that the skills stand in."""
    matched_kras: list[str] = Field(default_factory=list)
    """KRAs of the role that sentences match."""
    matched_skills: list[str] = Field(default_factory=list)
    """Skills that reach the role."""
    new_role_display_name: str | None
    """Display name of a proposed role."""
    new_role_slug: str | None
    """Its key."""
    queued: bool
    """Whether the proposal waits in the review queue."""
    reasoning: str
    """Why, in words."""
    sub_role: str | None = None
    """The key of the more specific role below the chosen one, where the text speaks for that too; else null."""
    ranking: list[RoleWeight] = Field(default_factory=list)
    """Added key: the roles that were weighed."""
    conflict: list[str] = Field(default_factory=list)
    """Added key: what contradicts the choice, in words."""
    role_family: str | None = None
    """Added key: the family that was chosen first."""
    none_probability: float | None = None
    """Added key: the calibrated probability that no role of the catalog fits; of a decision for none, how sure it is."""
    alias_collisions: list[AliasCollision] = Field(default_factory=list)
    """Added key: the title and the forms of the text that several entries of the catalog hold, those told apart among them."""
    needs_review: bool | None = None
    """Added key: whether a reviewer must see the answer before it is taken; null where the catalog does not say from which confidence
    on that is not needed, and of a rejected text.
    """
    review_reason: str | None = None
    """Added key: why a reviewer must see it, in words; null where none must."""


class NearestKra(Wire):
    """The KRA of another role that is nearest to a duty."""

    text_field: ClassVar = "kra_text"
    kra_text: str
    """The KRA."""
    role_display_name: str
    """Display name of its role."""
    role_slug: str
    """The key of its role."""
    similarity: float
    """Cosine with the duty."""


class NewKra(Wire):
    """A duty of the JD that no KRA of the chosen role covers, proposed as a new KRA."""

    text_field: ClassVar = "r_and_r_preview"
    best_kra_similarity: float
    """Cosine with the role's nearest KRA."""
    queue_id: int | None
    """Its number in the review queue; null until a store has one."""
    r_and_r_preview: str
    """The sentence, whole."""
    role_display_name: str
    """Display name of the role."""
    role_slug: str
    """The role's key."""
    status: ProposalStatus
    """What has become of it."""
    novelty: KraNovelty | None = None
    """Added key: whether it is new to every role's KRAs or to this role's; null in old documents."""
    nearest_other: NearestKra | None = None
    """Added key: the nearest KRA of another role."""
    acceptance: float | None = None
    """Added key: probability (0..1) that a curator accepts it."""


class NewSkill(Wire):
    """A skill that the catalog lacks, proposed for the chosen role."""

    text_field: ClassVar = "skill_name"
    is_primary: bool
    """Whether it is primary in the JD."""
    queue_id: int | None
    """Its number in the review queue; null until a store has one."""
    role_display_name: str | None
    """Display name of the role."""
    role_slug: str | None
    """The role's key."""
    skill_name: str
    """Its name."""
    status: ProposalStatus
    """What has become of it."""


class Updates(Wire):
    """What the run proposes to add to the catalog; ids are null until a store has filled them."""

    centroid_n_after: int | None
    """JDs in the role's centroid after this one."""
    centroid_updated: bool
    """Whether this JD is in it."""
    collision_log_id: int | None
    """The number of the conflict in the log."""
    new_kra_attached: NewKra | None
    """The most novel duty."""
    new_kras_attached: list[NewKra] = Field(default_factory=list)
    """Added key: all of them."""
    new_skills_attached: list[NewSkill]
    """Skills that the catalog lacks."""
    new_role_attached: NewRole | None = None
    """Added key: the role that is proposed; null where none is."""
    queue_entry_id: int | None
    """The number of the proposed role in the queue."""
    v3_pipeline_triggered: bool
    """Whether the orchestrator drafted a new role (`new_role_attached`)."""
    v3_role_slug: str | None
    """The key of that role; null where none was drafted."""
    v3_run_id: str | None
    """The id of the run that drafted it, which is this run; null where none was drafted."""


class Extraction(Wire):
    """The answer of step 1, ``POST /skills/extract-from-jd``."""

    needed: ClassVar = frozenset({"skills"})
    skills: list[FinalSkill] = Field(alias="final_skills")
    """Skills of the JD."""
    jd_role: JDRole
    """The title as a role."""
    parsed: ParsedJD = Field(alias="nano_parsed")
    """The parsed fields."""
    rejected: bool
    """Whether the text is no usable job description."""
    rejection_reason: str | None
    """Why."""
    run_id: str
    """The id of the run."""
    signals: Signals = Field(alias="stage3_signals")
    """The roles that each signal supports."""
    decision: Decision = Field(alias="stage4_decision")
    """The chosen role."""
    updates: Updates = Field(alias="stage5_updates")
    """What the run proposes for the catalog."""
