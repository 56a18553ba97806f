"""The pages that show the judgement: fetch, arrange, render. Open to everybody who is logged in."""

from __future__ import annotations

from typing import Literal, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from convergence.dashboards import area as area_page
from convergence.dashboards import areas, cases, listing
from convergence.dashboards import chart as chart_page
from convergence.dashboards import finding as finding_page
from convergence.dashboards import heat as heat_page
from convergence.dashboards import home as home_page
from convergence.filters import FindingFilter
from convergence.models import Finding
from core.tables import csv_file

MEASURES: dict[str, heat_page.Measure] = {
    "coverage": "coverage", "findings": "findings", "money": "money"
}  # fmt: skip


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The door: on to the fiscal year that is now, or the latest that is judged."""
    return redirect("convergence:year", home_page.year_to_show(timezone.localdate().year))


@require_safe
def year_home(request: HttpRequest, year: int) -> HttpResponse:
    """Where do we stand, what money, what is stuck, what next."""
    spots = areas.managed_spots()
    gaps, overlaps = home_page.kinds(year)
    single = spots[0] if len(spots) == 1 else None
    context = {
        "year": year,
        "years": home_page.judged_years(also=year),
        "freshness": home_page.freshness(year),
        "managed": areas.parts(year, spots),
        "money": home_page.money(year),
        "worst": home_page.worst(year),
        "gaps": gaps,
        "overlaps": overlaps,
        "parts": areas.parts_of(year, single) if single else [],
    }
    return render(request, "convergence/home.html", context)


@require_safe
def freshness(request: HttpRequest, year: int) -> HttpResponse:
    """The line that says of which day the figures are; asked for again while they are computed.

    Nothing is sent while there is nothing new to say; when the judgement is done, the page is told
    and fetches its figures (`judged`).
    """
    htmx = _htmx(request)
    since = request.GET.get("since", "")
    asked = int(since) if since.isascii() and since.isdigit() and len(since) < 12 else 0
    line = home_page.freshness(year, since=asked)
    if htmx and line.computing and bool(line.since) == bool(asked):
        return HttpResponse(status=204)
    here = htmx.current_url_abs_path if htmx else None
    context = {"year": year, "freshness": line, "polled": True, "here": here}
    response = render(request, "convergence/_freshness.html", context)
    if not line.computing:
        response["HX-Trigger-After-Settle"] = "judged"
    return response


@require_safe
def heat(request: HttpRequest, year: int, by: Literal["village", "island"]) -> HttpResponse:
    """Village or island × sector: coverage, findings or money."""
    measure = MEASURES.get(request.GET.get("measure", "")) or heat_page.default_measure(year)
    table = heat_page.heat(
        year,
        by=by,
        measure=measure,
        sort=request.GET.get("sort", "name"),
        everything="all" in request.GET,
    )
    if request.GET.get("format") == "csv":
        return csv_file(f"kerapu-{year}-{by}-{measure}.csv", *heat_page.export(table))
    context = {
        "year": year,
        "freshness": home_page.freshness(year),
        "by": by,
        "heat": table,
        "sort": request.GET.get("sort", "name"),
    }
    return render(request, "convergence/heat.html", context)


@require_safe
def chart(request: HttpRequest, year: int) -> HttpResponse:
    """The map, and the same figures as a table below it."""
    context = {
        "year": year,
        "freshness": home_page.freshness(year),
        "parts": chart_page.table(year),
    }
    return render(request, "convergence/map.html", context)


@require_safe
def chart_data(request: HttpRequest, year: int) -> HttpResponse:
    """What the map draws, as GeoJSON."""
    return JsonResponse(chart_page.features(year), json_dumps_params={"separators": (",", ":")})


@require_safe
def area(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """An area of any level, or an island: figures, needs, activities, findings."""
    region = areas.find(code)
    if region is None:
        raise Http404
    everything = "all" in request.GET
    limit = None if everything else area_page.LIMIT
    needs = area_page.needs(year, code)
    activities = area_page.activities(year, code)
    findings = area_page.findings(year, code)
    parts = areas.parts_of(year, region.spot)
    shown = parts if everything else [part for part in parts if part.figure] or parts
    context = {
        "year": year,
        "freshness": home_page.freshness(year),
        "region": region,
        "figure": areas.figures(year, [code]).get(code),
        "needs": needs[:limit],
        "needs_count": len(needs),
        "activities": activities[:limit],
        "activities_count": len(activities),
        "activities_total": sum(line.share for line in activities),
        "findings": findings,
        "findings_count": sum(line.count for line in findings),
        "findings_amount": sum(line.amount for line in findings),
        "parts": shown,
        "parts_hidden": len(parts) - len(shown),
    }
    return render(request, "convergence/area.html", context)


@require_safe
def findings(request: HttpRequest, year: int) -> HttpResponse:
    """The list of findings, as cases or singly; only its results when htmx asks."""
    htmx = _htmx(request)
    part = bool(htmx) and not htmx.history_restore_request
    template = "convergence/_findings.html" if part else "convergence/findings.html"
    response = render(request, template, listing.page(year, request.GET, request.user))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def findings_csv(request: HttpRequest, year: int) -> HttpResponse:
    """The filtered list in words, one finding a row, with a link back."""
    chosen = FindingFilter(request.GET, queryset=Finding.objects.of(year))
    found = cases.singles(chosen.qs, "severity")

    def link(pk: int) -> str:
        return request.build_absolute_uri(reverse("convergence:finding", args=[year, pk]))

    return csv_file(f"kerapu-{year}.csv", cases.export_header(), cases.export_rows(found, link))


@require_safe
def finding(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """One finding: what the rule says, whom and where it concerns, its life, its proof."""
    found = get_object_or_404(Finding, year=year, pk=pk)
    return render(request, "convergence/finding.html", finding_page.page(found, request.user))


def _htmx(request: HttpRequest) -> HtmxDetails:
    return cast(HtmxDetails, getattr(request, "htmx"))  # noqa: B009  set by HtmxMiddleware
