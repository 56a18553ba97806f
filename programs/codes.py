"""Codes for what is entered by browser: unique, and two people at once get two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast, Substr

LONGEST = 64
ROOM = 8  # for the number and its hyphen


def next_codes(prefix: str, count: int, *known: models.QuerySet[Any, Any]) -> list[str]:
    """The next `count` codes that begin with `prefix`, a hyphen and a number (`KG-DPUPR-0007`).

    `known` are the records and their events: the number of a deleted record is not given again,
    for a workbook that still holds it would change another record. The caller is in a transaction;
    whoever asks for the same prefix waits until it ends.
    """
    prefix = prefix[: LONGEST - ROOM].rstrip("-") + "-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [prefix])
    last = max(_highest(prefix, known), default=0)
    return [f"{prefix}{last + step:04d}" for step in range(1, count + 1)]


def _highest(prefix: str, known: Iterable[models.QuerySet[Any, Any]]) -> Iterable[int]:
    number = Cast(Substr("code", len(prefix) + 1), BigIntegerField())
    for records in known:
        numbered = records.filter(code__regex=rf"^{re.escape(prefix)}[0-9]{{1,7}}$")
        yield numbered.aggregate(highest=Max(number))["highest"] or 0
