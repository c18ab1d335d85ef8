"""The reference as a page that needs nothing from anywhere else, made of the OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root{color-scheme:light dark}body{font:14px/1.5 'Source Sans',system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:20px}h2{font-size:17px;margin-top:2rem;border-top:1px solid #8884;padding-top:1rem}h3{font-size:14px;margin:1rem 0 .25rem}
code,pre{font:12.5px/1.45 ui-monospace,monospace}pre{overflow:auto;padding:.6rem;border:1px solid #8884;border-radius:6px}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-bottom:1px solid #8883}
.method{font-weight:600}.quiet{opacity:.7}
"""


def reference_page(openapi: Mapping[str, Any]) -> str:
    """The page: each operation with its parameters, examples of its body, and what it answers."""
    about = openapi["info"]
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>",
        f"<title>{escape(about['title'])}: HTTP</title><style>{_STYLE}</style>",
        f"<h1>{escape(about['title'])}: HTTP</h1><p>{_prose(about['description'])}</p>",
        "<p>The same for programs: <a href='openapi.json'><code>openapi.json</code></a>.</p>",
    ]
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            parts.extend(_operation(path, method, operation))
    return "".join(parts)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2><span class=method>{method.upper()}</span> <code>{escape(path)}</code></h2>"
    yield f"<p><b>{escape(operation.get('summary', ''))}.</b> {_prose(operation.get('description', ''))}</p>"
    if parameters := operation.get("parameters"):
        yield "<h3>Parameters</h3>" + _table(
            (p["name"], p["in"], _kind(p["schema"]), p.get("description", "")) for p in parameters
        )
    examples = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {})
    for example in examples.values():
        written = json.dumps(example["value"], indent=2, ensure_ascii=False)
        yield f"<h3>Body: {escape(example.get('summary', ''))}</h3><pre>{escape(written)}</pre>"
    rows = (
        (status, _answer(response), response.get("description", ""))
        for status, response in sorted(operation["responses"].items())
    )
    yield "<h3>Answers</h3>" + _table(rows)


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    lines = ("".join(f"<td>{_prose(cell)}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _prose(text: str) -> str:
    """A text with its words in backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def _answer(response: Mapping[str, Any]) -> str:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return f"`{_kind(schema)}`" if schema else ""


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value may be, in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return ", ".join(str(word) or "(empty)" for word in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if options := schema.get("anyOf"):
        return " or ".join(_kind(option) for option in options)
    bounds = [f"{word} {schema[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in schema]
    return " ".join([str(schema.get("format") or schema.get("type", "anything")), *bounds])
