"""What a parsed text quotes of a job description that is not there itself."""

from __future__ import annotations

from pipeline.contracts import ParsedJD


def quoted_text(parsed: ParsedJD) -> str:
    """Return the passages that step 1 quotes, in the order of a job description; empty where it quotes none."""
    facts = [
        parsed.experience.raw if parsed.experience else None,
        parsed.ctc.raw if parsed.ctc else None,
        *(entry.raw for entry in parsed.education),
        *parsed.certifications,
    ]
    blocks = ["\n".join(filter(None, (block.heading, block.text))) for block in parsed.roles_and_responsibilities]
    head = "\n".join(filter(None, (parsed.role, parsed.company_name)))
    about = parsed.about_company.text if parsed.about_company else None
    return "\n\n".join(part for part in (head, about, *blocks, "\n".join(filter(None, facts))) if part)
