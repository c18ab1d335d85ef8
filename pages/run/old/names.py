"""The names of entries of the old library: links to ours of the same key and name, else plain."""

from __future__ import annotations

from markupsafe import Markup

from pages.components import links, markup
from pages.components.links import EntityKind
from pages.run.entries import Entries


class OldEntries(Entries):
    """The entries of our catalog, to which names of the old library lead where both have one of the key and the name."""

    def link(self, kind: EntityKind, slug: str | None, name: str, *, bold: bool = False) -> Markup:
        """The name as the run has it; a link where our catalog has the entry too."""
        css = f"{kind} jdw-b" if bold else kind
        entry = self.find(kind, slug) if slug else None
        if slug is None or entry is None or entry.display_name.lower() != name.lower():
            return markup.span(name, css)
        return markup.link(name, links.entity_url(kind, slug), css)
