"""House rules of CONTRIBUTING.md that the source itself shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.source_tree import modules, place, tree

LABELLED = frozenset(
    "button form_submit_button download_button link_button page_link checkbox toggle radio selectbox multiselect slider "
    "text_input text_area number_input file_uploader expander popover status spinner toast success info warning error markdown "
    "caption write segmented_control pills metric badge header subheader tabs dialog".split()
)
"""What Streamlit draws with Markdown in its label or its text; all take Markdown in ``help``."""
CHOICES = ("radio", "segmented_control", "pills")
"""Whose options are Markdown too."""
NOT_STREAMLIT = ("markup", "log", "verdicts")
"""Modules with functions of the same names."""


def is_safe(node: ast.AST) -> bool:
    """Whether a text is a constant of the code, or goes through ``verbatim()``."""
    match node:
        case ast.Constant() | ast.Name(id="verbatim"):
            return True
        case (
            ast.Call(func=ast.Name(id="verbatim" | "count_label"))
            | ast.FormattedValue(value=ast.Call(func=ast.Name(id="len")))
            | ast.Call(func=ast.Name(id="Markup"), args=[ast.Constant()])
        ):
            return True
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name), attr="__getitem__"):
            return name.isupper()
        case ast.Lambda(body=body):
            return is_safe(body)
        case ast.IfExp(body=body, orelse=orelse):
            return is_safe(body) and is_safe(orelse)
        case ast.FormattedValue(value=value, format_spec=spec):
            return spec is not None or is_safe(value)
        case ast.BoolOp(values=parts) | ast.JoinedStr(values=parts) | ast.List(elts=parts):
            return all(map(is_safe, parts))
    return False


def texts_read_as_markdown(call: ast.Call, name: str) -> Iterator[ast.AST]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    yield from (given[key] for key in ("label", "help", "body") if key in given)
    if name != "page_link":
        yield from call.args[:1]
    if name in CHOICES:
        yield given.get("format_func") or given.get("options") or call.args[1]


def test_what_streamlit_reads_as_markdown_is_a_constant_or_verbatim() -> None:
    wrong = [
        f"{place(path)}:{text.lineno} {ast.unparse(text)}"  # type: ignore[attr-defined]
        for path in modules("pages").values()
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in LABELLED
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id in NOT_STREAMLIT)
        for text in texts_read_as_markdown(call, call.func.attr)
        if not is_safe(text)
    ]
    assert wrong == []


def test_a_format_is_a_constant() -> None:
    wrong = [
        f"{place(path)}:{call.lineno}"
        for path in modules("pages").values()
        if path.name != "markup.py"
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if (call.func.attr == "fill" and not is_safe(call.args[0]))
        or (call.func.attr == "format" and not is_safe(call.func.value))
    ]
    assert wrong == []
