"""Activities, findings, figures of areas: read only, scoped like the pages."""

from __future__ import annotations

import logging
from typing import Any, cast

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from accounts.models import User
from budgets.models import BudgetLine
from convergence.models import AreaFigure, Finding, Judgement
from exchange.api import changes
from exchange.api.filters import ActivityFilter, FigureFilter, FindingFilter
from exchange.api.serializers import ActivitySerializer, FigureSerializer, FindingSerializer
from monitoring.models import Report
from programs.models import Activity
from territory.models import Place

log = logging.getLogger(__name__)


def as_of() -> Subquery:
    """The day of the stored judgement of a record's year."""
    return Subquery(Judgement.objects.filter(year=OuterRef("year")).values("as_of")[:1])


class Api(APIView):
    """What every address of the API does: it speaks the language that the program asks for."""

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """A program has no cookie to choose a language with; its header is meant."""
        if request.headers.get("Accept-Language"):
            translation.activate(translation.get_language_from_request(request))
            request.LANGUAGE_CODE = translation.get_language()
        return super().initialize_request(request, *args, **kwargs)


@extend_schema_view(
    list=extend_schema(
        summary=gettext_lazy("Activities"),
        description=gettext_lazy(
            "Submitted, verified and cancelled activities of all agencies; drafts and returned"
            " ones only of the token's own agency, for the planning agency all. By code."
        ),
    ),
    retrieve=extend_schema(summary=gettext_lazy("One activity by its code")),
)
class ActivityViewSet(Api, viewsets.ReadOnlyModelViewSet[Activity]):
    """Activities with their places, lines and reports."""

    queryset = Activity.objects.none()  # the schema reads the kind of the code from it
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    lookup_field = "code"
    lookup_value_regex = r"[A-Za-z0-9._-]{1,64}"

    def get_queryset(self) -> QuerySet[Activity]:
        """What this person may see; a draft report is its agency's and the planners'."""
        user = cast(User, self.request.user)
        reports = Report.objects.visible_to(user).order_by("year", "quarter")
        lines = BudgetLine.objects.select_related("place").order_by("year", "code")
        visible = Activity.objects.visible_to(user).select_related(
            "agency", "output__sector", "action_item"
        )
        return changes.with_change(visible.order_by("code")).prefetch_related(
            Prefetch("places", Place.objects.in_order().only("code")),
            Prefetch("lines", lines),
            Prefetch("reports", reports),
        )


@extend_schema_view(
    list=extend_schema(
        summary=gettext_lazy("Findings"),
        description=gettext_lazy("Gaps and overlaps with their proof, by year and key."),
    ),
    retrieve=extend_schema(summary=gettext_lazy("One finding by its id")),
)
class FindingViewSet(Api, viewsets.ReadOnlyModelViewSet[Finding]):
    """Findings with their evidence; those that are closed only when they are asked for."""

    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    filterset_class = FindingFilter
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Finding]:
        """By year and key, which is code point order as in the contract."""
        found = Finding.objects.annotate(as_of=as_of()).order_by("year", "key")
        asked = self.request.query_params
        settled = self.action != "list" or "state" in asked or "key" in asked
        return found if settled else found.exclude(state=Finding.State.CLOSED)


@extend_schema_view(
    list=extend_schema(
        summary=gettext_lazy("Figures of areas"),
        description=gettext_lazy(
            "Index, coverage, duplication, participation and reporting of villages, islands,"
            " districts, regencies and provinces, with their parts. A figure that does not exist"
            " is null."
        ),
    ),
)
class FigureViewSet(Api, mixins.ListModelMixin, viewsets.GenericViewSet[AreaFigure]):
    """Figures as `converge` prints them, and the parts that they are made of."""

    queryset = AreaFigure.objects.none()
    serializer_class = FigureSerializer
    filterset_class = FigureFilter

    def get_queryset(self) -> QuerySet[AreaFigure]:
        """By year, level and code."""
        return AreaFigure.objects.annotate(as_of=as_of()).order_by("year", "level", "code")


class Nothing(Api):
    """What lies below /api/ and is no address of the API."""

    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Said in JSON, as all of the API is."""
        raise NotFound


def said(error: Exception, context: dict[str, Any]) -> Response | None:
    """An error as JSON in the reader's language; ours without what is behind it."""
    if isinstance(error, Http404 | NotFound):  # Django's own words name the model, in English
        error = NotFound(_("There is nothing at this address, or it is not open to you."))
    response = exception_handler(error, context)
    if response is not None:
        return response
    log.exception("The API failed", exc_info=error)
    detail = _("Something went wrong on our side. It has been written down; please try again.")
    return Response({"detail": detail}, status=500)
