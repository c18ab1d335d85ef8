"""The readers that make the view of a raw text, in the order in which the marks came to be laid over each other."""

from pipeline.text.readers.breaks import lost_breaks
from pipeline.text.readers.characters import characters
from pipeline.text.readers.encoding import broken_encoding
from pipeline.text.readers.entities import entities, hides_tags
from pipeline.text.readers.escapes import escaped_breaks, json_strings
from pipeline.text.readers.items import items
from pipeline.text.readers.layout import hyphenated_words, long_runs, spaced_letters
from pipeline.text.readers.markdown import markdown
from pipeline.text.readers.markup import markup
from pipeline.text.readers.wraps import wrapped_lines
from pipeline.text.view import View

__all__ = ["read_view"]

MAX_ESCAPES = 3
"""How often a text may have been escaped: pages that show a feed's markup escape it again."""


def read_view(raw: str) -> View:
    """Return the view of a raw text."""
    view = View.of_raw(raw).read(broken_encoding).read(json_strings).read(escaped_breaks)
    for _ in range(MAX_ESCAPES):
        view = view.read(markup)
        escaped = hides_tags(view.text)
        unescaped = view.read(entities)
        if unescaped is view:
            break
        view = unescaped
        if not escaped and "&" not in view.text:
            break
    for reader in (
        characters,
        markdown,
        spaced_letters,
        hyphenated_words,
        wrapped_lines,
        lost_breaks,
        items,
        long_runs,
    ):
        view = view.read(reader)
    return view
