"""The funding sources and what is booked on them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest
from budgets.models import BudgetLine
from catalogue.models import FundingSource


@require_safe
def sources(request: PersonRequest) -> HttpResponse:
    """Each with the lines and the activities that the person may see, and what is effective."""
    visible = BudgetLine.objects.visible_to(request.user).order_by()
    effective = BudgetLine.objects.filter(pk__in=visible.effective().values("pk")).order_by()
    uses: dict[str, Any] = {
        row["source"]: row
        for row in visible.values("source").annotate(
            lines=Count("pk"), activities=Count("activity", distinct=True)
        )
    }
    sums = dict(effective.values_list("source").annotate(Sum("amount")))
    rows = [
        (source, uses.get(source.value, {}), sums.get(source.value, 0)) for source in FundingSource
    ]
    context = {
        "rows": rows,
        "lines": sum(row["lines"] for row in uses.values()),
        "amount": sum(sums.values()),
    }
    return render(request, "exchange/sources.html", context)
