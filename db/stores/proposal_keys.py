"""The keys under which equal proposals of the review queue meet."""

from __future__ import annotations

import hashlib


def proposal_key(value: str) -> str:
    """Return the form under which equal proposals meet: letters and digits in lower case, hashed."""
    folded = "".join(c for c in value.lower() if c.isalnum() or c in "+#")
    return hashlib.sha256((folded or value).encode("utf-8", "replace")).hexdigest()[:32]
