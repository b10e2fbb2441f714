"""/api/docs: the OpenAPI document as a page of our own, with nothing loaded from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from phasewise.web.freshness import BARE_CHROME
from phasewise.web.templates import render
from phasewise.web.values import Chrome

router = APIRouter(include_in_schema=False)
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter of a route, or a field of what it answers."""

    name: str
    type: str
    note: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One route."""

    method: str
    path: str
    summary: str
    parameters: tuple[Entry, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Model:
    """What routes answer with: an object with its fields, or one of some words."""

    name: str
    about: str
    words: str
    fields: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class DocsPage:
    """The page: routes first, then everything that they answer with."""

    chrome: Chrome
    version: str
    about: str
    operations: tuple[Operation, ...]
    models: tuple[Model, ...]


@router.get("/api/docs", response_class=HTMLResponse)
def get_docs(request: Request) -> HTMLResponse:
    page = docs_page(request.app.openapi())
    return HTMLResponse(render("pages/api.html", page))


def docs_page(document: Schema) -> DocsPage:
    """What the page shows of an OpenAPI document."""
    models = document.get("components", {}).get("schemas", {})
    return DocsPage(
        chrome=BARE_CHROME,
        version=document["info"]["version"],
        about=_text(document["info"]["description"]),
        operations=tuple(_operations(document["paths"])),
        models=tuple(_model(name, schema) for name, schema in models.items()),
    )


def _operations(paths: Mapping[str, Schema]) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                parameters=tuple(_parameter(entry) for entry in operation.get("parameters", ())),
                answer=_answer(operation["responses"]),
            )


def _answer(responses: Schema) -> str:
    """What is answered where all is well: a type, or in words that there is nothing in it."""
    if "200" not in responses:
        return str(responses["204"]["description"])
    return _type(responses["200"]["content"]["application/json"]["schema"])


def _parameter(entry: Schema) -> Entry:
    return Entry(entry["name"], _type(entry["schema"]), _text(entry.get("description", "")))


def _model(name: str, schema: Schema) -> Model:
    fields = schema.get("properties", {}).items()
    return Model(
        name=_name(name),
        about=_text(schema.get("description", "")),
        words=_type(schema) if "enum" in schema else "",
        fields=tuple(Entry(field, _type(of), _text(of.get("description", ""))) for field, of in fields),
    )


def _text(markdown: str) -> str:
    """Our descriptions mark code by backticks, and have no other markup."""
    return markdown.replace("`", "")


def _name(model: str) -> str:
    """`Listing_TaskListed_` is how a listing of tasks is called in the document."""
    outer, _, inner = model.partition("_")
    return f"{outer} of {inner.rstrip('_')}" if inner else outer


def _type(schema: Schema) -> str:
    """A schema in a few words: `string or null`, `list of TaskListed`, `open | closed`."""
    if "$ref" in schema:
        return _name(str(schema["$ref"]).rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_type(entry) for entry in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type") or "anything")
