"""The list of findings: what the filter lets through, in order, a page of it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict

from convergence import doors, forms
from convergence.dashboards import cases, home
from convergence.filters import AreaChoice, FindingFilter
from convergence.models import Finding
from core.drafts import new_token

PAGE = 50


def page(year: int, asked: QueryDict, user: doors.Person) -> dict[str, Any]:
    """Everything that the list shows to this reader; planners can settle its cases together."""
    chosen = FindingFilter(asked, queryset=Finding.objects.of(year))
    sort = asked.get("sort", "")
    sort = sort if sort in cases.ORDERS else "severity"
    singly = asked.get("view") == "single"
    rows = cases.singles(chosen.qs, sort) if singly else cases.cases(chosen.qs, sort)
    shown = Paginator(rows, PAGE).get_page(asked.get("page"))
    lines = cases.finding_lines(shown) if singly else cases.case_lines(shown, chosen.qs)
    settles = doors.may_settle(user) and not singly
    if settles:
        lines = cases.with_tickets(year, lines)
    return {
        "year": year,
        "freshness": home.freshness(year),
        "filter": chosen,
        "area": AreaChoice(asked.get("area", "")),
        "orders": cases.ORDER_NAMES.items(),
        "sort": sort,
        "singly": singly,
        "page": shown,
        "lines": lines,
        "totals": cases.totals(chosen.qs),
        "form_token": new_token(user.pk) if user.pk else "",
        "may_settle": any(line.ticket for line in lines),
        "verdicts": forms.AT_ONCE,
        "asked": asked,
    }
