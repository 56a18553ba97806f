"""Reads docker-compose.yml as Docker would, to prove it and run it where Docker is absent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
# What .env.example leaves empty, made up.
MADE_UP = {
    "KERAPU_SECRET_KEY": "made-up-for-a-check-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "POSTGRES_PASSWORD": "madeup",
}
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\}")


def read() -> dict[str, Any]:
    """The file, with anchors and merges resolved and variables as written."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


def example_values() -> dict[str, str]:
    """The variables of .env.example as they stand there."""
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def values() -> dict[str, str]:
    """The same, with secrets made up."""
    return {name: value or MADE_UP.get(name, "") for name, value in example_values().items()}


def fill(text: str, variables: dict[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?message}`; LookupError without the last."""

    def value(match: re.Match[str]) -> str:
        found = variables.get(match["name"], "")
        if match["how"] == ":?" and not found:
            raise LookupError(f"{match['name']}: {match['rest']}")
        return found or (match["rest"] if match["how"] == ":-" else "")

    return VARIABLE.sub(value, text)


def environment(service: str, variables: dict[str, str] | None = None) -> dict[str, str]:
    """What a service finds in its environment."""
    given = read()["services"][service].get("environment", {})
    known = values() if variables is None else variables
    return {name: fill(str(value), known) for name, value in given.items()}


def command(service: str) -> list[str]:
    """The command line of a service."""
    return [str(part) for part in read()["services"][service]["command"]]
