"""The schema as a page: plain HTML that our policy (no inline script or style) lets through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator


@dataclass(frozen=True)
class Address:
    """An address of the API: what it answers, and what it may be asked with."""

    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    fields: list[tuple[str, str, str]]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters and fields."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    context = {
        "title": schema["info"]["title"],
        "description": schema["info"]["description"],
        "addresses": addresses(schema),
    }
    return render(request, "exchange/api_docs.html", context)


def addresses(schema: dict[str, Any]) -> list[Address]:
    """The schema in the order of its addresses."""
    return [
        Address(
            path=path,
            summary=operation.get("summary", ""),
            description=operation.get("description", ""),
            parameters=[
                one | {"values": _values(one["schema"])} for one in operation.get("parameters", [])
            ],
            fields=_fields(schema, operation["responses"]["200"]),
        )
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method == "get" and not path.endswith("/schema")
    ]


def _values(of: dict[str, Any]) -> list[str]:
    """What a parameter may be, where it is one of some words."""
    return list(of.get("enum") or of.get("items", {}).get("enum", []))


def _fields(schema: dict[str, Any], response: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(name, kind, meaning) of the fields of what an address answers; of a list, of its rows."""
    answer = _resolved(schema, response["content"]["application/json"]["schema"])
    results = answer["properties"].get("results")
    row = _resolved(schema, results["items"]) if results else answer
    return [
        (name, _kind(schema, one), one.get("description", "").partition("\n\n*")[0])
        for name, one in row["properties"].items()
    ]


def _kind(schema: dict[str, Any], one: dict[str, Any]) -> str:
    """A field's kind in a word: `string`, `integer`, `[Report]`."""
    if "items" in one:
        return f"[{_kind(schema, one['items'])}]"
    reference = one.get("$ref") or next(
        (part["$ref"] for part in [*one.get("allOf", []), *one.get("oneOf", [])] if "$ref" in part),
        "",
    )
    if reference:
        meant = _resolved(schema, {"$ref": reference})
        return " | ".join(meant["enum"]) if "enum" in meant else reference.rpartition("/")[2]
    return str(one.get("format") or one.get("type", ""))


def _resolved(schema: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    if "$ref" not in one:
        return one
    found: dict[str, Any] = schema["components"]["schemas"][one["$ref"].rpartition("/")[2]]
    return found
