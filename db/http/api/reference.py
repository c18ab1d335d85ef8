"""The reference as a page that needs nothing from anywhere else, made of the OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root{color-scheme:light dark}
body{font:14px/1.5 'Source Sans',system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h1{font-size:20px}h2{font-size:17px;margin-top:2rem;border-top:1px solid #8884;padding-top:1rem}h3{font-size:14px;margin:1rem 0 .25rem}
code,pre{font:12.5px/1.45 ui-monospace,monospace}a{color:inherit}
pre{white-space:pre-wrap;margin:.25rem 0;padding:.6rem;border:1px solid #8884;border-radius:6px}
table{border-collapse:collapse;width:100%}td{vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8883}
td:first-child{min-width:5rem}.quiet{opacity:.75}
@media(max-width:40rem){td{display:block;padding:0;border:0}tr{display:block;padding:.3rem 0;border-bottom:1px solid #8883}}
"""
_REFERENCE_TO = "#/components/schemas/"


def reference_page(openapi: Mapping[str, Any]) -> str:
    """The page: each operation with its parameters, its body and what it answers, then each object with its keys."""
    about, objects = openapi["info"], openapi["components"]["schemas"]
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>",
        f"<title>{escape(about['title'])}: HTTP</title><style>{_STYLE}</style>",
        f"<h1>{escape(about['title'])}: HTTP</h1><p>{_prose(about['description'])}</p>",
        "<p>The same for programs: <a href='openapi.json'><code>openapi.json</code></a>.</p>",
    ]
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            parts.extend(_operation(path, method, operation))
    parts.append("<h2>Objects</h2>")
    for name, schema in objects.items():
        parts.extend(_object(name, schema))
    page = "".join(parts)
    linked = re.compile(rf"<code>({'|'.join(map(re.escape, objects))})</code>")
    return linked.sub(r"<a href='#\1'><code>\1</code></a>", page)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2>{method.upper()} <code>{escape(path)}</code></h2>"
    yield f"<p><b>{escape(operation.get('summary', ''))}.</b> {_prose(operation.get('description', ''))}</p>"
    if parameters := operation.get("parameters"):
        yield "<h3>Parameters</h3>" + _table(
            (f"`{p['name']}`", p["in"], _kind(p["schema"]), p.get("description", "")) for p in parameters
        )
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if body:
        yield f"<h3>Body</h3><p>{_prose(_kind(body['schema']))}</p>"
    for example in body.get("examples", {}).values():
        yield f"<p class=quiet>{escape(example.get('summary', ''))}</p>" + _json(example["value"])
    answers = sorted(operation["responses"].items())
    yield "<h3>Answers</h3>" + _table(
        (status, _answer(answer), answer.get("description", "")) for status, answer in answers if status < "400"
    )
    errors = "; ".join(f"{status} {answer['description']}" for status, answer in answers if status >= "400")
    yield f"<p class=quiet>Errors, each an {_prose('`ErrorAnswer`')}: {escape(errors)}.</p>"


def _object(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h3 id='{escape(name)}'>{escape(name)}</h3><p>{_prose(schema.get('description', ''))}</p>"
    rows = (
        (f"`{key}`", _kind(value), value.get("description", "")) for key, value in schema.get("properties", {}).items()
    )
    yield _table(rows)
    for example in schema.get("examples", ()):
        yield _json(example)


def _json(value: object) -> str:
    return f"<pre>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    lines = ("".join(f"<td>{_prose(cell)}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _prose(text: str) -> str:
    """A text with its words in backticks as code."""
    parts = escape(text.replace("``", "`")).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def _answer(response: Mapping[str, Any]) -> str:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return _kind(schema) if schema else ""


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value may be, in a few words."""
    if "$ref" in schema:
        return f"`{str(schema['$ref']).removeprefix(_REFERENCE_TO)}`"
    if words := schema.get("enum") or ([schema["const"]] if "const" in schema else None):
        return ", ".join(f"`{word}`" if word != "" else "empty" for word in words)
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_kind, options)))
    if schema.get("type") == "array":
        return f"list: {_kind(schema.get('items', {}))}"
    if schema.get("type") == "object" and schema.get("properties"):
        keys = ", ".join(f"`{key}`" for key in schema["properties"])
        return f"{schema.get('description', 'An object').rstrip('.')} ({keys})"
    bounds = [f"{word} {schema[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in schema]
    return " ".join([str(schema.get("format") or schema.get("type", "anything")), *bounds])
