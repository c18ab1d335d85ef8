"""Every vocabulary of the wire, each once. docs/wire.md lists them; ``db`` and ``pages`` take their words from here."""

from __future__ import annotations

from typing import Annotated

from pipeline.contracts.vocabulary import Vocabulary

# --- step 1 -------------------------------------------------------------------------------------------------------

JD_TYPES = Vocabulary(
    "type of text",
    {
        "pass": "a job description in English, long enough to be worked with",
        "not_a_jd": "a text about something else; the run is rejected",
        "too_short": "too few words to tell a role and skills; the run is rejected",
        "not_english": "a text in another language; the run is rejected",
    },
    instead="pass",
)
ARCHETYPES = Vocabulary(
    "kind of work",
    {
        "Management": "leads people, products or projects: managers, heads, product owners, scrum masters",
        "Architecture": "designs systems as wholes: architects",
        "Data & Analytics": "works with data: analysts, scientists, engineers of data",
        "Design": "designs what users see: UX, UI, creative work",
        "Quality": "tests and assures quality",
        "Operations": "runs and supports systems: administrators, network, support",
        "Consulting": "advises and analyses: consultants, business analysts",
        "Engineering": "builds software or systems: developers, engineers, programmers",
        "Other": "a title of none of these kinds",
    },
    instead="Other",
)
PAY_PERIODS = Vocabulary(
    "pay period",
    {
        "annual": "for a year",
        "monthly": "for a month",
        "weekly": "for a week",
        "daily": "for a day",
        "hourly": "for an hour",
    },
    instead="annual",
    former={"year": "annual", "month": "monthly", "week": "weekly", "day": "daily", "hour": "hourly"},
)
REQUIREMENTS = Vocabulary(
    "requirement",
    {"required": "the text demands it", "preferred": "the text names it as a plus"},
    instead="required",
)
WORK_MODES = Vocabulary(
    "work mode",
    {
        "onsite": "at the employer's or a client's place",
        "hybrid": "partly on site, partly from elsewhere",
        "remote": "from anywhere, or from anywhere in the place given",
    },
    instead="onsite",
)
CASES = Vocabulary(
    "case of the decision",
    {
        "A": "specific title: one specific title alias, not contradicted by the other signals",
        "B": "skills and KRAs agree: no alias of the title, the evidence of skills and duties agrees",
        "C": "signals conflict: a second judge or the joint judgement decides, and the conflict is kept",
        "D": "nothing fits: no role; a new one may be proposed",
        "DOMAIN": "family first: the title is generic, so the role family is chosen first, then the role inside it",
        "rejected": "not usable: the text is no usable job description and gets no role",
    },
    instead="D",
)
COLLISION_KINDS = Vocabulary(
    "kind of collision",
    {
        "title": "a job title that several roles hold",
        "skill_alias": "a form that several skills hold",
    },
    instead="title",
)
KRA_NOVELTIES = Vocabulary(
    "to what a duty is new",
    {
        "every_role": "no role of the catalog has a KRA that is near it",
        "this_role": "another role has a KRA that is near it, the chosen one has none",
    },
    instead="this_role",
)
PROPOSAL_STATUSES = Vocabulary(
    "status of a proposal",
    {
        "pending": "waits for a curator",
        "approved": "a curator took it over into the catalog",
        "mapped": "a curator said which entry of the catalog it is",
        "rejected": "a curator turned it down",
    },
    instead="pending",
)

PASSAGE_KINDS = Vocabulary(
    "kind of a passage",
    {
        "title": "the title of the position",
        "header": "facts of the posting: where, which type, since when",
        "about_role": "what the position is about, in general",
        "responsibilities": "duties: what is done",
        "requirements": "demands: what a candidate must bring",
        "preferred": "wishes: what is a plus",
        "pay": "what is paid",
        "benefits": "what else is offered",
        "place": "hours, travel and conditions of the work",
        "about_company": "the employer's account of itself",
        "legal": "equal opportunity and other legal lines",
        "apply": "how to apply",
        "chrome": "furniture of a page, such as a button to share it",
        "similar_jobs": "other positions that are listed beside this one",
        "heading": "a heading, which opens what follows it",
        "body": "text of no other kind",
    },
    instead="body",
)
"""What passages of a text are. Runs of before may hold other words."""

# --- steps 2 and 3 ------------------------------------------------------------------------------------------------

FROM_CATALOG, FROM_EXTRACTION = "db", "api1"
CARD_SOURCES = Vocabulary(
    "source of a card",
    {FROM_CATALOG: "it stands in the catalog", FROM_EXTRACTION: "step 1 named it, the catalog lacks it"},
    instead=FROM_EXTRACTION,
)
MATCHES = Vocabulary(
    "how a skill was matched",
    {"alias": "by an alias of the catalog", "name": "by the name of the skill alone"},
    instead="name",
)
SKILL_SOURCES = Vocabulary(
    "source of a skill",
    {"db": "the catalog has it", "llm": "the text names it, the catalog lacks it"},
    instead="llm",
)
SKILL_TAGS = Vocabulary(
    "tag of a skill",
    {"in_db": "the catalog has it", "new": "the catalog lacks it; it is proposed"},
    instead="new",
)
RESOLUTIONS = Vocabulary(
    "resolution of the chosen role",
    {
        "in_db": "role exists in the library; its links stand there",
        "not_in_db": "role is not in the library",
        "proposed": "a new role is proposed",
        "none": "no role",
    },
    instead="none",
)
ARTIFACT_KINDS = Vocabulary(
    "kind of a library artifact",
    {
        "canonical_skill_proposed": "a skill that the catalog lacks",
        "role_proposed": "a role that the catalog lacks",
    },
    instead="canonical_skill_proposed",
)
RELATIONS = Vocabulary(
    "relation of a new term to a skill of the catalog",
    {
        "duplicate_of": "it is another name or spelling of the skill",
        "form_of": "it is a version, an edition or an inflection of the skill",
        "part_of": "it is a part or a special case of what the skill names",
        "alternative_to": "it is used in place of the skill",
    },
    instead="alternative_to",
)
PLANS = Vocabulary(
    "plan for a new term",
    {
        "new_skill": "it is proposed as a new skill",
        "form_of_skill": "it is proposed as a form of a skill that the catalog has",
        "split": "it names several things, each of which is to be looked at by itself",
        "skipped": "nothing is planned; `skipped_reason` says why",
    },
    instead="skipped",
)
PLAN_STEPS = Vocabulary(
    "step of the orchestrator",
    {
        "typed": "its nature is found",
        "placed": "its dimensions are found",
        "relations": "its relations to skills of the catalog are found",
        "facts": "its other facts are found",
    },
    instead="typed",
)

# --- client output ------------------------------------------------------------------------------------------------

OUTPUT_SOURCES = Vocabulary(
    "source of a part of the client output",
    {
        "jd": "the text of the job description",
        "role_baseline": "the baseline of the chosen role in the catalog",
        "model": "a model's judgement",
    },
    instead="jd",
)
MATURITY_LABELS = Vocabulary(
    "maturity of the stack",
    {
        "Legacy": "mostly technology that new work no longer chooses",
        "Established": "mostly technology that has been there for long and is still chosen",
        "Mainstream": "mostly technology in wide use, old and current side by side",
        "Mainstream Modern": "mostly current technology in wide use",
        "Modern Cloud Native": "mostly current technology made for the cloud",
        "Cutting Edge": "mostly technology so new that few have it in use",
        "Unknown": "too few named technologies to tell",
    },
    instead="Unknown",
)
"""From the oldest to the newest; the last says that nothing can be said."""
MATURITY_BANDS = Vocabulary(
    "maturity of a skill",
    {
        "LEGACY": "kept running, but new work no longer chooses it",
        "ESTABLISHED": "there for long and still chosen in its field, little of it new",
        "MAINSTREAM": "in wide use, the usual choice of many teams for years",
        "MODERN": "what teams that begin now tend to choose, in wide use by now",
        "CUTTING_EDGE": "so new that few have it in use, or still taking shape",
    },
    instead="MAINSTREAM",
)
"""From the oldest to the newest, in step with the labels of a stack: a stack of modern skills is mainstream modern, or cloud
native where they are made for the cloud.
"""
NATURES_OF_WORK = Vocabulary(
    "nature of work",
    {
        "API and service implementation": "builds what runs behind an interface: services, APIs, their data and messages",
        "Web interface implementation": "builds what users see and use in a browser",
        "Full-stack product implementation": "builds features from the screen to the store",
        "Mobile application implementation": "builds applications of phones and tablets",
        "Embedded and device implementation": "builds software that runs on devices, and the devices",
        "Data pipeline and platform engineering": "moves, shapes and keeps data for others to use",
        "Data analysis and reporting": "answers questions with data: analyses, reports, dashboards",
        "Machine learning and AI engineering": "trains models, or builds products on them",
        "Database design and administration": "designs databases and keeps them fast, safe and available",
        "Infrastructure and platform operation": "builds and runs what others deploy on: cloud, clusters, delivery pipelines",
        "Reliability and incident response": "keeps services up: monitoring, on-call, incidents, capacity",
        "Network and systems administration": "runs networks, servers and workplaces",
        "Security engineering and defence": "finds weaknesses, prevents attacks and answers them",
        "Testing and quality assurance": "plans, automates and runs tests",
        "Enterprise application configuration": "adapts a packaged business application: SAP, Salesforce, ServiceNow",
        "Low-level and performance engineering": "makes systems near the machine correct and fast: engines, compilers, kernels, graphics",
        "Architecture and technical direction": "decides how systems are made, and guides those who make them",
        "Engineering team leadership": "leads the people who build",
        "Product and requirements management": "finds out and decides what is to be built",
        "Project and delivery management": "plans work and sees that it is delivered",
        "Interface and experience design": "designs how something looks and is used",
        "User support and service desk": "helps users, settles their requests and faults",
        "Solution consulting and presales": "advises clients and shows them what fits",
        "Unclassified work": "too little is said of the duties to tell",
    },
    instead="Unclassified work",
    former={
        "application and service implementation": "API and service implementation",
        "data engineering and analysis": "Data pipeline and platform engineering",
        "model development and operation": "Machine learning and AI engineering",
        "security engineering and monitoring": "Security engineering and defence",
        "test design and automation": "Testing and quality assurance",
        "mobile application development": "Mobile application implementation",
        "enterprise application configuration and development": "Enterprise application configuration",
        "product and delivery management": "Product and requirements management",
        "architecture and technical leadership": "Architecture and technical direction",
        "device and firmware development": "Embedded and device implementation",
        "user and application support": "User support and service desk",
    },
)

# --- the catalog --------------------------------------------------------------------------------------------------

ALIAS_TYPES = Vocabulary(
    "type of an alias",
    {
        "CANONICAL": "the skill's own name",
        "SYNONYM": "another name for the same",
        "ABBREVIATION": "a short form (K8s)",
        "VERSION": "a version or edition of it (Java 17)",
        "MISSPELLING": "a wrong spelling that occurs",
        "LEGACY": "a name of before",
    },
    instead="SYNONYM",
)
MATCH_STRATEGIES = Vocabulary(
    "how an alias matches",
    {"CASE_INSENSITIVE": "in capitals or small letters", "CASE_SENSITIVE": "only as it is written"},
    instead="CASE_INSENSITIVE",
)
SKILL_NATURES = Vocabulary(
    "nature of a skill",
    {
        "LANGUAGE": "a programming, query or markup language",
        "FRAMEWORK": "a frame in which software is built",
        "LIBRARY": "code that software calls",
        "TOOL": "a program that is used at work",
        "PLATFORM": "a system or service on which others run",
        "DATABASE": "a system that stores and finds data",
        "PROTOCOL": "rules by which systems speak to each other",
        "STANDARD": "a published norm or specification",
        "CONCEPT": "an idea or field of knowledge",
        "PATTERN": "a way of building that recurs",
        "PRACTICE": "a technical activity",
        "METHODOLOGY": "a way to organise work",
        "SOFT_SKILL": "a trait or conduct of a person; not scored",
        "DOMAIN": "knowledge of a trade or industry",
    },
    instead="CONCEPT",
)
VOLATILITIES = Vocabulary(
    "volatility of a skill",
    {"STABLE": "changes little", "MEDIUM": "changes over years", "VOLATILE": "changes within months"},
    instead="MEDIUM",
)
LIFESPANS = Vocabulary(
    "typical lifespan of a skill",
    {
        "EVERGREEN": "stays of use",
        "MULTI_YEAR": "of use for several years",
        "SHORT": "of use for a year or two",
    },
    instead="MULTI_YEAR",
)
VERSION_STRATEGIES = Vocabulary(
    "version strategy of a skill",
    {
        "NOT_APPLICABLE": "it has no versions",
        "UNVERSIONED": "all versions are the one skill",
        "SEPARATE_ENTITY": "each version is a skill of its own",
    },
    instead="UNVERSIONED",
)

# --- a run --------------------------------------------------------------------------------------------------------

RUN_STATUSES = Vocabulary(
    "status of a run",
    {
        "created": "not begun",
        "extract_from_jd_done": "stopped after step 1",
        "extract_details_done": "stopped after step 2",
        "completed": "all steps are there",
        "rejected": "the text is no usable job description",
        "failed": "stopped by a fault, which is kept with it",
    },
    instead="failed",
)

JDType = Annotated[str, JD_TYPES]
Archetype = Annotated[str, ARCHETYPES]
PayPeriod = Annotated[str, PAY_PERIODS]
Requirement = Annotated[str, REQUIREMENTS]
WorkMode = Annotated[str, WORK_MODES]
Case = Annotated[str, CASES]
ProposalStatus = Annotated[str, PROPOSAL_STATUSES]
KraNovelty = Annotated[str, KRA_NOVELTIES]
CollisionKind = Annotated[str, COLLISION_KINDS]
CardSource = Annotated[str, CARD_SOURCES]
MatchedVia = Annotated[str, MATCHES]
SkillSource = Annotated[str, SKILL_SOURCES]
SkillTag = Annotated[str, SKILL_TAGS]
Resolution = Annotated[str, RESOLUTIONS]
ArtifactKind = Annotated[str, ARTIFACT_KINDS]
RelationKind = Annotated[str, RELATIONS]
PlanKind = Annotated[str, PLANS]
PlanStep = Annotated[str, PLAN_STEPS]
Source = Annotated[str, OUTPUT_SOURCES]
MaturityLabel = Annotated[str, MATURITY_LABELS]
MaturityBand = Annotated[str, MATURITY_BANDS]
NatureLabel = Annotated[str, NATURES_OF_WORK]
AliasType = Annotated[str, ALIAS_TYPES]
MatchStrategy = Annotated[str, MATCH_STRATEGIES]
SkillNature = Annotated[str, SKILL_NATURES]
Volatility = Annotated[str, VOLATILITIES]
Lifespan = Annotated[str, LIFESPANS]
VersionStrategy = Annotated[str, VERSION_STRATEGIES]
