"""The client output of an old page, which no JSON of it has: read from the words of the page into the form of the wire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.old_runs.layout import Part, folded

_INDICATORS = {
    "title match": "title_match",
    "has ai skill": "has_ai_skill",
    "ai skill (primary)": "ai_skill_primary",
    "ai skill (secondary)": "ai_skill_secondary",
    "on ai team": "on_ai_team",
    "builds ai products": "builds_ai_products",
}
_VOCABULARY = {"assistants": "assistants", "frameworks": "frameworks", "models / concepts": "concepts"}
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("nature", r"nature of work ?[·:—–-] ?(?P<rest>.+)$"),
        ("maturity", r"tech stack maturity$"),
        ("ai_index", r"ai index \(0"),
        ("vocabulary", r"vocab breakdown"),
        ("evidence", r"evidence ?[—–-] ?skills matched in jd"),
        ("cluster", r"skill cluster \(\d+"),
        ("kra", r"(?:show|hide) kra description"),
    )
)
_SOURCE = r"\b{}: ?(jd|role_baseline|model)\b"
_VALUE = re.compile(r"(\d+(?:\.\d+)?) ?/ ?5\b")
_VERSION = re.compile(r"\bv\d+(?:\.\d+)*")
_TICKED = re.compile(r"^[✓✔☑✅●■]")
_WORDS = re.compile(r"^(assistants|frameworks|models / concepts) ?\(?[×x]?\d?\)? ?: ?(.*)$")


def read_client_output(part: Part, skills: Sequence[str]) -> dict[str, Any] | None:
    """Return the client output in the form of the wire; null where the page has its heading alone.

    ``skills`` are the names of the skills of step 1, by which a line of them is taken apart.
    """
    lines = part.written
    if not any(_head(line) for line in lines):
        return None
    sections = _sections(lines)
    before = " ".join(sections.get("", [])).lower()
    names = _Names(skills)
    return {
        "sparse_jd": "sparse jd" in before,
        "role_baseline_loaded": "role baseline loaded" in before,
        "sources": {key: _source(before, key) for key in ("nature_of_work", "ai_index", "tech_stack_maturity")},
        "nature_of_work": _nature(sections.get("nature", [])),
        "tech_stack_maturity": _maturity(sections.get("maturity", [])),
        "ai_index": _ai_index(sections.get("ai_index", []), sections.get("vocabulary", [])),
        "evidence": names.split(" ".join(sections.get("evidence", [])[1:])),
        "skill_cluster": _cluster(sections.get("cluster", [])[1:], names),
        "kra_description": "\n".join(sections.get("kra", [])[1:]),
    }


def _head(line: str) -> str:
    """The section that a line begins; empty for none."""
    low = folded(line)
    return next((name for name, pattern in _HEADS if pattern.match(low)), "")


def _sections(lines: Sequence[str]) -> dict[str, list[str]]:
    """The lines by section, each with its own first line; those before the first section under the empty name."""
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line in lines:
        name = (_head(line) or name) if name != "kra" else name
        found.setdefault(name, []).append(line)
    return found


def _source(text: str, key: str) -> str:
    match = re.search(_SOURCE.format(key), text)
    return match.group(1) if match else "jd"


def _nature(lines: Sequence[str]) -> dict[str, Any]:
    """The label stands in the first line, the quote in quotation marks, the summary between."""
    label = re.split(r"[·:—–-]", lines[0], maxsplit=1)[1].strip() if lines else ""
    rest = list(lines[1:])
    quote = rest.pop().strip('"“”„» «') if rest and rest[-1][:1] in '"“„«' else None
    return {"label": label, "summary": " ".join(rest) or None, "quote": quote or None}


def _maturity(lines: Sequence[str]) -> dict[str, Any]:
    label = lines[1] if len(lines) > 1 else ""
    plain = re.sub(r" ?cache (?:hit|miss)\b", "", label, flags=re.I)
    rest = [line for line in lines[2:] if folded(line) not in ("cache hit", "cache miss")]
    hit = any("cache hit" in line.lower() for line in lines[1:3])
    return {"label": plain, "reasoning": " ".join(rest), "cache_hit": hit}


def _ai_index(lines: Sequence[str], vocabulary: Sequence[str]) -> dict[str, Any]:
    text = " ".join(lines)
    value, version = _VALUE.search(text), _VERSION.search(text)
    indicators = dict.fromkeys(_INDICATORS.values(), False)
    for line in lines:
        name = _INDICATORS.get(line.lower().lstrip("✓✔☑✅●■✗✘☐○·•–- ").strip())
        if name:
            indicators[name] = _TICKED.match(line) is not None
    return {
        "value": float(value.group(1)) if value else 0.0,
        "version": version.group() if version else "",
        "indicators": indicators,
        "vocabulary": _vocabulary(vocabulary),
    }


def _vocabulary(lines: Sequence[str]) -> dict[str, list[str]]:
    """The words behind each label, on its line or on those below."""
    found: dict[str, list[str]] = {name: [] for name in _VOCABULARY.values()}
    name = ""
    for line in lines:
        match = _WORDS.match(line.lower())
        if match:
            name = _VOCABULARY[match.group(1)]
            line = line[match.start(2) :]
        if name:
            found[name] += [word.strip() for word in line.split(",") if word.strip()]
    return found


class _Names:
    """The names of a run's skills, to take a line apart in which they stand side by side."""

    def __init__(self, names: Sequence[str]) -> None:
        plain = {" ".join(name.split()): name for name in names}
        ordered = sorted(plain, key=len, reverse=True)
        self._known = plain
        self._pattern = re.compile("|".join(rf"(?<!\S){re.escape(name)}(?!\S)" for name in ordered)) if plain else None

    def split(self, line: str) -> list[str]:
        """The names in a line in order; what is between them as it stands there."""
        found: list[str] = []
        at = 0
        for match in self._pattern.finditer(line) if self._pattern else ():
            found += [line[at : match.start()].strip(), self._known[match.group()]]
            at = match.end()
        found.append(line[at:].strip())
        return [name for name in found if name]

    def are_all(self, line: str) -> bool:
        """Whether a line has nothing but names."""
        return bool(self._pattern) and all(name in self._known.values() for name in self.split(line))


def _cluster(lines: Sequence[str], names: _Names) -> list[dict[str, Any]]:
    """The groups: a dimension's line, then its skills on one line or on several."""
    groups: list[dict[str, Any]] = []
    for line in lines:
        if groups and not groups[-1]["skills"]:
            groups[-1]["skills"] = names.split(line)
        elif groups and names.are_all(line) and not _used(groups, names.split(line)):
            groups[-1]["skills"] += names.split(line)
        else:
            groups.append({"dimension": line, "skills": []})
    return groups


def _used(groups: Sequence[dict[str, Any]], skills: Sequence[str]) -> bool:
    return any(skill in group["skills"] for group in groups for skill in skills)
