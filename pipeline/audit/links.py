"""Links of skills and dimensions: which do not fit, and which dimensions hold what does not belong together.

A link is judged by the company that it gives the skill: how near the dimension's other members are to it in meaning, what
the dimension says of itself, the skill's category among its members, and the skill's other dimensions. The signs are
weighed by a logistic model, fitted on the shipped catalog with links redirected at random; how common faults are in the
catalog at hand is estimated from the catalog itself (expectation maximisation), so that a clean one raises few.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.audit.finding import Finding
from pipeline.catalog.changes import Change
from pipeline.catalog.indexes import Indexes, unit
from pipeline.catalog.value import TECHNOLOGY, Skill, SkillDimension
from pipeline.embedding import Vectors

WEIGHTS = {
    "nearest": -2.6,
    "near": 3.7,
    "near_gap": 6.6,
    "near_rank": 0.3,
    "rationale": 0.0,
    "either_rank": 0.62,
    "beside": -4.9,
    "roles_beside": -5.3,
    "category": -0.07,
    "category_of_members": -0.13,
    "members_beside": 1.9,
    "size": 0.72,
    "text": -1.7,
    "words": -5.0,
    "words_gap": -1.0,
    "name": -2.2,
    "shared_words": -0.4,
    "shared_words_gap": 2.7,
    "words_told": -14.3,
}
"""Log odds of a wrong link for each sign (``judge``)."""
BIAS = -6.54
SIGNS = tuple(WEIGHTS)
FITTED_SHARE = 0.02
"""The share of wrong links in the catalogs that the weights were fitted on."""
LEAST_SHARE = 0.004
"""No catalog is taken to have fewer."""
DOUBTFUL = 0.3
"""Probability from which on a link is a finding."""
NEAREST = 3
_WORD = re.compile(r"[a-z0-9+#]{2,}")
CATCH_ALL_MEMBERS = 3
CATCH_ALL_RANK = 60
"""A dimension for most of whose members so many others are nearer holds what could not be filed elsewhere."""
MISFITS_TOLD = 4
NAMESAKE = 0.6
"""How sure a link is wrong that only a namesake explains."""
RARE_NAME = 0.005
"""The share of skills, at most, whose names hold a word that is a name, and not a kind of thing."""
NAMESAKE_ROLES, NAMESAKE_GAP, NAMESAKE_WORDS = 0.2, 0.05, 0.25
"""At most so much of the roles, at least so much nearer elsewhere, at most so much of the shared words."""


@dataclass(frozen=True)
class Links:
    """All links of a catalog with their signs: ``signs`` is (n_links, len(SIGNS)) float64, ``wrong`` (n_links,) the
    probability that a link is wrong; ``fit`` (n_skills, n_dimensions) is how near each dimension's members are."""

    pairs: tuple[tuple[int, int], ...]
    signs: np.ndarray
    wrong: np.ndarray
    fit: Vectors
    skills: tuple[Skill, ...]
    dimensions: tuple[str, ...]


def skill_text(skill: Skill) -> str:
    """What a skill is, in words."""
    return ". ".join(filter(None, [skill.display_name, skill.sub_category, ", ".join(skill.context_tags)]))


def meaning_text(skill: Skill) -> str:
    return f"{skill.display_name}: {skill.maturity_reasoning or ''}"


def judge(indexes: Indexes) -> Links:
    """The signs of every link, and the probability that it is wrong."""
    catalog = indexes.catalog
    linked = {link.skill_slug for link in catalog.skill_dimensions}
    skills = tuple(s for s in catalog.skills if s.slug in linked)
    dimensions = tuple(d.slug for d in catalog.dimensions)
    place = {s.slug: i for i, s in enumerate(skills)}
    at = {d: j for j, d in enumerate(dimensions)}
    pairs = tuple((place[x.skill_slug], at[x.dimension_slug]) for x in catalog.skill_dimensions)
    member = np.zeros((len(skills), len(dimensions)), np.float32)
    for i, j in pairs:
        member[i, j] = 1.0
    if not pairs:
        return Links((), np.zeros((0, len(SIGNS))), np.zeros(0), member, skills, dimensions)
    encode = indexes.encoder.encode
    short, meaning = encode([skill_text(s) for s in skills]), encode([meaning_text(s) for s in skills])
    whole = unit(short + meaning)
    own = unit(whole - whole.mean(axis=0))
    told = encode([f"{d.display_name}. {d.rationale or ''}" for d in catalog.dimensions])
    nearest, near = _members_near(own, member)
    text_near, _ = _members_near(meaning, member)
    words_near, words_few = _members_near(short, member)
    name = encode([s.display_name for s in skills]) @ encode([d.display_name for d in catalog.dimensions]).T
    rationale = (short + meaning) @ told.T / 2
    near_rank, rationale_rank = _ranks(near), _ranks(rationale)
    size = member.sum(axis=0)
    shared, of_rationale = _shared_words(skills, [f"{d.display_name} {d.rationale or ''}" for d in catalog.dimensions], member)
    most_shared = shared.max(axis=1)
    category, of_members = _category_shares(skills, member)
    together = member.T @ member
    alike = told @ told.T
    roles = np.zeros((len(dimensions), max(len(catalog.roles), 1)), np.float32)
    role_at = {r.slug: k for k, r in enumerate(catalog.roles)}
    for link in catalog.role_dimensions:
        roles[at[link.dimension_slug], role_at[link.role_slug]] = 1.0
    both = roles @ roles.T
    union = np.maximum(roles.sum(axis=1)[:, None] + roles.sum(axis=1)[None, :] - both, 1.0)
    roles_shared = both / union
    signs = np.zeros((len(pairs), len(SIGNS)))
    best, words_best = near.max(axis=1), words_few.max(axis=1)
    for row, (i, j) in enumerate(pairs):
        beside = np.flatnonzero(member[i])
        beside = beside[beside != j]
        signs[row] = (
            nearest[i, j],
            near[i, j],
            best[i] - near[i, j],
            np.log1p(near_rank[i, j]),
            rationale[i, j],
            np.log1p(min(near_rank[i, j], rationale_rank[i, j])),
            alike[j, beside].max() if len(beside) else 0.3,
            roles_shared[j, beside].max() if len(beside) else -0.2,
            np.log(category[i, j] + 0.01),
            np.log(of_members[i, j] + 0.02),
            max((together[j, b] - 1) / max(min(size[j], size[b]) - 1, 1) for b in beside) if len(beside) else -0.2,
            np.log1p(size[j]),
            text_near[i, j],
            words_near[i, j],
            words_best[i] - words_few[i, j],
            name[i, j],
            shared[i, j],
            most_shared[i] - shared[i, j],
            of_rationale[i, j],
        )
    odds = np.exp(np.clip(signs @ np.array(list(WEIGHTS.values())) + BIAS, -30, 30))
    return Links(pairs, signs, posterior(odds, FITTED_SHARE, LEAST_SHARE), near, skills, dimensions)


def coherence(indexes: Indexes, slugs: Sequence[str]) -> Vectors:
    """How well skills go together, (n_skills,) float32: for each the mean cosine of what it is with its nearest few."""
    skills = [indexes.catalog.skill[s] for s in slugs]
    vectors = unit(indexes.encoder.encode([skill_text(s) for s in skills]) + indexes.encoder.encode([meaning_text(s) for s in skills]))
    cosine = np.clip(vectors @ vectors.T, 0.0, None)
    np.fill_diagonal(cosine, 0.0)
    few = max(1, min(NEAREST, len(skills) - 1))
    return np.asarray(-np.sort(-cosine, axis=1)[:, :few].mean(axis=1), np.float32)


def _members_near(vectors: Vectors, member: np.ndarray) -> tuple[Vectors, Vectors]:
    """For each skill and dimension, the cosine of the nearest member and the mean of the nearest few, the skill aside."""
    nearest = np.zeros(member.shape, np.float32)
    near = np.zeros(member.shape, np.float32)
    for j in range(member.shape[1]):
        members = np.flatnonzero(member[:, j])
        if not len(members):
            continue
        cosine = vectors @ vectors[members].T
        cosine[members, np.arange(len(members))] = 0.0
        top = np.sort(np.clip(cosine, 0.0, None), axis=1)[:, ::-1][:, :NEAREST]
        nearest[:, j] = top[:, 0]
        near[:, j] = top.sum(axis=1) / NEAREST
    return nearest, near


def _shared_words(skills: tuple[Skill, ...], told: list[str], member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much each skill shares rare words with each dimension's other members, and with what the dimension says.

    Words are weighed by their rarity (TF-IDF, unit length).
    """
    texts = [_WORD.findall(f"{skill_text(s)} {s.maturity_reasoning or ''}".lower()) for s in skills]
    texts += [_WORD.findall(t.lower()) for t in told]
    known = {w: k for k, w in enumerate(sorted({w for t in texts for w in t}))}
    rows = np.repeat(np.arange(len(texts)), [len(set(t)) for t in texts])
    columns = np.array([known[w] for t in texts for w in sorted(set(t))], np.int64)
    rarity = np.log(len(texts) / np.bincount(columns, minlength=len(known)))
    weights = rarity[columns]
    length = np.sqrt(np.bincount(rows, weights**2, minlength=len(texts)))
    table = csr_matrix((weights / np.maximum(length[rows], 1e-9), (rows, columns)), shape=(len(texts), len(known)))
    own, dimensions = table[: len(skills)], table[len(skills) :]
    with_members = np.asarray((own @ (csr_matrix(member).T @ own).T).todense()) - member
    few = np.sqrt(np.maximum(member.sum(axis=0)[None, :] - member, 1.0))
    return with_members / few, np.asarray((own @ dimensions.T).todense())


def _ranks(scores: np.ndarray) -> np.ndarray:
    """The rank of each column in its row, the highest first."""
    order = np.argsort(-scores, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(scores.shape[1])[None, :].repeat(len(scores), axis=0), axis=1)
    return ranks


def _category_shares(skills: tuple[Skill, ...], member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each skill and dimension, the share of the other skills of its sub-category that the dimension holds, and the
    share of the dimension's other members that are of its sub-category."""
    names = [(s.category, s.sub_category) for s in skills]
    at = {name: k for k, name in enumerate(dict.fromkeys(names))}
    of = np.array([at[name] for name in names])
    one_hot = np.zeros((len(at), len(skills)), np.float32)
    one_hot[of, np.arange(len(skills))] = 1.0
    held = (one_hot @ member)[of] - member
    others = np.maximum(one_hot.sum(axis=1)[of] - 1.0, 1.0)
    members = np.maximum(member.sum(axis=0)[None, :] - member, 1.0)
    return np.asarray(held / others[:, None]), np.asarray(held / members)


def posterior(odds: np.ndarray, fitted: float, least: float, among: int | None = None, rounds: int = 30) -> np.ndarray:
    """The probability of each to be wrong, with the share of wrong ones estimated from all of them.

    ``odds`` come from a model fitted where the share ``fitted`` was wrong; no catalog is taken to have fewer than
    ``least``. Where ``odds`` are those of suspects alone, ``among`` is how many there are in all.
    """
    ratio = odds * (1 - fitted) / fitted
    share = fitted
    for _ in range(rounds):
        wrong = share * ratio / (share * ratio + 1 - share)
        share = float(np.clip(wrong.sum() / max(among or len(odds), 1), least, 0.2))
    return np.asarray(share * ratio / (share * ratio + 1 - share))


def findings(indexes: Indexes) -> Iterator[Finding]:
    """Wrong links, and dimensions that hold whatever could not be filed elsewhere."""
    links = judge(indexes)
    catalog = indexes.catalog
    wrong_of: dict[int, list[tuple[float, int]]] = {}
    ranks: dict[int, list[float]] = {}
    either = SIGNS.index("either_rank")
    for row, (i, j) in enumerate(links.pairs):
        wrong_of.setdefault(j, []).append((float(links.wrong[row]), i))
        ranks.setdefault(j, []).append(float(np.expm1(links.signs[row, either])))
    catch_all: set[int] = set()
    for j, members in wrong_of.items():
        if len(members) >= CATCH_ALL_MEMBERS and np.median(ranks[j]) >= CATCH_ALL_RANK:
            catch_all.add(j)
            yield _catch_all(indexes, links, j, members)
    namesakes = _namesakes(links)
    for row, (i, j) in enumerate(links.pairs):
        probability = max(float(links.wrong[row]), NAMESAKE if row in namesakes else 0.0)
        if probability < DOUBTFUL and j not in catch_all:
            continue
        skill, slug = links.skills[i], links.dimensions[j]
        dimension = catalog.dimension[slug]
        company = [links.skills[k].display_name for _, k in wrong_of[j] if k != i]
        better = [int(k) for k in np.argsort(-links.fit[i], kind="stable")[:5] if int(k) != j]
        others = [d for d in catalog.dimensions_of_skill.get(skill.slug, ()) if d.slug != slug]
        link = SkillDimension(skill.slug, slug)
        best = catalog.dimension[links.dimensions[better[0]]] if better else None
        reasons = [
            f"{dimension.display_name} holds {', '.join(company[:MISFITS_TOLD]) or 'nothing else'}; "
            f"nearness to its members {links.signs[row][1]:.2f}",
            f"its other dimensions are {', '.join(d.display_name for d in others)}" if others else "it has no other dimension",
        ]
        if row in namesakes:
            reasons.append(f"it shares a name with {namesakes[row].display_name}, and hardly anything else with the members")
        changes = [Change("skill_dimensions", link, None, f"{skill.display_name} does not belong to {dimension.display_name}")]
        if not others and best is not None:
            reasons.append(f"nearest is {best.display_name} ({links.fit[i, better[0]]:.2f})")
            changes.append(Change("skill_dimensions", None, SkillDimension(skill.slug, best.slug), f"its nearest members are in {best.display_name}"))
        score = max(probability, 0.75) if j in catch_all else probability
        yield Finding(
            "wrong_dimension", {"skill_slug": skill.slug, "dimension_slug": slug}, score, tuple(reasons), tuple(changes)
        )


def _namesakes(links: Links) -> dict[int, Skill]:
    """Links by which a technology stands beside a namesake of another maker, by row: "Puppet" beside "Puppeteer".

    Names make such links look near. What gives them away is that the skill shares rare words with its other dimensions and
    hardly any with this one, that no role carries both, and that none of its sub-category is here.
    """
    words = [frozenset(_WORD.findall(s.display_name.lower())) for s in links.skills]
    counts = Counter(w for held in words for w in held)
    names = [frozenset(w for w in held if counts[w] <= max(RARE_NAME * len(words), 3)) for held in words]
    members: dict[int, list[int]] = {}
    for i, j in links.pairs:
        members.setdefault(j, []).append(i)
    found = {}
    for row, (i, j) in enumerate(links.pairs):
        sign = dict(zip(SIGNS, links.signs[row], strict=True))
        skill = links.skills[i]
        alone = sign["category"] <= np.log(0.011) and sign["category_of_members"] <= np.log(0.021)
        elsewhere = 0 <= sign["roles_beside"] <= NAMESAKE_ROLES and sign["near_gap"] >= NAMESAKE_GAP
        few = sign["shared_words"] < NAMESAKE_WORDS * (sign["shared_words"] + sign["shared_words_gap"])
        if skill.skill_nature not in TECHNOLOGY or not (alone and elsewhere and few):
            continue
        alike = [links.skills[k] for k in members[j] if k != i and _same_name(names[i], names[k])]
        if alike and not any(other.vendor and other.vendor == skill.vendor for other in alike):
            found[row] = alike[0]
    return found


def _same_name(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether names share a rare word, or one begins with a rare word of the other."""
    return bool(first & second) or any(
        min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a)) for a in first for b in second
    )


def _catch_all(indexes: Indexes, links: Links, j: int, members: list[tuple[float, int]]) -> Finding:
    catalog = indexes.catalog
    slug = links.dimensions[j]
    names = [links.skills[i].display_name for _, i in sorted(members, reverse=True)]
    why = f"{catalog.dimension[slug].display_name} holds what has nothing in common"
    changes = [Change("skill_dimensions", SkillDimension(links.skills[i].slug, slug), None, why) for _, i in members]
    if not catalog.roles_of_dimension.get(slug):
        changes.append(Change("dimensions", catalog.dimension[slug], None, f"{why}, and no role carries it"))
    reasons = [
        f"other dimensions are nearer to most of its {len(members)} members: {', '.join(names[:6])}",
        f"{len(catalog.roles_of_dimension.get(slug, ()))} roles carry it",
    ]
    return Finding("catch_all_dimension", {"dimension_slug": slug}, 0.97, tuple(reasons), tuple(changes))
