"""Every address of the site with the records to try it on, and who may come in.

A new address without a line here makes the walk fail: whoever adds one says who may see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Roles of the walk: DPUPR's editor and head, BPPW's editor, the head of a zone's authority.
EDITOR, HEAD, OTHER, AUTHORITY = "editor", "head", "other", "authority"
PLANNER, ADMINISTRATOR, READER = "planner", "administrator", "reader"
EVERYBODY = frozenset({EDITOR, HEAD, OTHER, AUTHORITY, PLANNER, ADMINISTRATOR, READER})
PLANNERS = frozenset({PLANNER})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
NOBODY: frozenset[str] = frozenset()

Args = tuple[Any, ...]


@dataclass(frozen=True)
class Address:
    """Who may come in, by record; `open_to_all` is for who is not logged in too."""

    may: dict[str, frozenset[str]]
    method: str = "get"
    open_to_all: bool = False
    arguments: Callable[[Any], Args] = field(default=lambda record: ())


def for_all(*, method: str = "get", open_to_all: bool = False) -> Address:
    """An address without a record that everybody may use."""
    return Address({"": EVERYBODY}, method, open_to_all)


def only(roles: frozenset[str], *, method: str = "get") -> Address:
    """An address without a record for some."""
    return Address({"": roles}, method)


def names() -> Iterator[str]:
    """The names of all addresses, with their namespaces."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                yield f"{prefix}{pattern.name}"
            else:
                inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from walk(pattern, inner)

    yield from walk(get_resolver(), "")
