"""Tables as files that a spreadsheet opens."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse


def csv_file(name: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A CSV file that spreadsheets open as UTF-8; what looks like a formula is made text."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # Excel's sign that this is UTF-8
    writer = csv.writer(response)
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return response


def _harmless(cell: Any) -> str:
    """A text that a spreadsheet would run as a formula, marked as text."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
