"""The desk of clearances: what waits for an authority, what an agency asked, what is granted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import files
from planning.models import Zone
from programs import clearing
from programs.fields import DayField
from programs.models import Activity, Clearance, ClearanceRequest
from programs.views import person


class GrantForm(forms.Form):
    """What a clearance says."""

    number = forms.CharField(
        label=gettext_lazy("Number of the letter"),
        max_length=100,
        help_text=gettext_lazy("As it stands on the letter, such as SK-0001/BKSDA/2026."),
    )
    valid_from = DayField(label=gettext_lazy("Valid from"))
    valid_to = DayField(
        label=gettext_lazy("Valid to"),
        help_text=gettext_lazy("Every day of the activity in the year has to lie within."),
    )
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    document = forms.FileField(
        label=gettext_lazy("Letter (PDF, JPEG or PNG, at most 10 MB)"), required=False
    )

    def clean_document(self) -> Any:
        """Its kind by its content."""
        document = self.cleaned_data.get("document")
        if document:
            files.kind_of(document)
        return document


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Requests and clearances that concern the person's agencies."""
    user = person(request)
    mine = Q(zone__authority__in=user.agency_ids) | Q(activity__agency__in=user.agency_ids)
    requests = ClearanceRequest.objects.select_related(
        "activity__agency", "zone__authority", "asked_by", "answered_by"
    )
    clearances = Clearance.objects.select_related("activity__agency", "zone__authority")
    if not user.is_planner:  # the planning agency sees what waits anywhere
        requests, clearances = requests.filter(mine), clearances.filter(mine)
    context = {
        "waiting": list(requests.filter(state="asked").order_by("asked")),
        "answered": list(requests.exclude(state="asked").order_by("-answered")[:50]),
        "clearances": list(clearances.order_by("-valid_to", "number")[:200]),
        "answers": user.agency_ids,
        "edits": user.edited_agency_ids,
        "today": timezone.localdate(),
    }
    return render(request, "programs/clearances.html", context)


@require_POST
def ask(request: HttpRequest, code: str, zone: str) -> HttpResponse:
    """One click from the finding that says it is missing."""
    user = person(request)
    activity = get_object_or_404(Activity.objects.editable_by(user), code=code)
    found = get_object_or_404(Zone.objects.select_related("authority"), code=zone)
    try:
        clearing.ask(
            user=user, activity=activity, zone=found, note=request.POST.get("note", "")[:5000]
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        asked = _("%(authority)s has been asked for a clearance.")
        messages.success(request, asked % {"authority": found.authority})
    return redirect("programs:clearances")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The agency takes its request back."""
    user = person(request)
    found = get_object_or_404(ClearanceRequest, pk=pk, activity__agency__in=user.edited_agency_ids)
    try:
        clearing.withdraw(user=user, request=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("programs:clearances")


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The authority's answer: grant with days and conditions, or refuse with the reason."""
    user = person(request)
    found = get_object_or_404(
        ClearanceRequest.objects.select_related("activity__agency", "zone__authority", "asked_by"),
        pk=pk,
        zone__authority__in=user.agency_ids,
    )
    initial = {"valid_from": found.activity.first_day, "valid_to": found.activity.last_day}
    form = GrantForm(
        request.POST if "grant" in request.POST else None,
        request.FILES if "grant" in request.POST else None,
        initial=initial,
    )
    refusal: list[str] = []
    if request.method == "POST":
        try:
            if _answered(request, found, form):
                return redirect("programs:clearances")
        except ValidationError as error:
            if "refuse" in request.POST or not hasattr(error, "error_dict"):
                refusal = error.messages
            else:
                form.add_error(None, error.messages)
    context = {
        "asked": found,
        "form": form,
        "refusal": refusal,
        "reason": request.POST.get("answer", ""),
    }
    return render(request, "programs/clearance_answer.html", context)


def _answered(request: HttpRequest, found: ClearanceRequest, form: GrantForm) -> bool:
    """Whether the answer that was sent is complete; raises ValidationError with what is wrong."""
    user = person(request)
    if "refuse" in request.POST:
        clearing.refuse(user=user, request=found, answer=request.POST.get("answer", "")[:5000])
        messages.success(request, _("Refused, with your reason."))
        return True
    if not form.is_valid():
        return False
    facts = dict(form.cleaned_data)
    upload = facts.pop("document")
    document = files.keep(upload=upload, sent_by=user.pk) if upload else None
    clearing.grant(user=user, request=found, document=document, **facts)
    messages.success(request, _("Granted. The judgement is being computed anew."))
    return True


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The authority ends a clearance."""
    user = person(request)
    found = get_object_or_404(Clearance, pk=pk, zone__authority__in=user.agency_ids)
    try:
        clearing.revoke(user=user, clearance=found, reason=request.POST.get("reason", "")[:5000])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Revoked. The judgement is being computed anew."))
    return redirect("programs:clearances")


@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    """The letter of a clearance; clearances are seen by everyone logged in (DOMAIN.md)."""
    found = get_object_or_404(Clearance.objects.select_related("document"), pk=pk)
    if found.document is None:
        raise Http404
    return files.serve(found.document)
