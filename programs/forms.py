"""The form of an activity: it only translates, the rules are the model's (docs/architecture.md)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Output
from planning.models import ActionItem
from programs.fields import DayField, QuantityField, SaysBlank, describe
from programs.models import Activity
from programs.places import names_of, tree, zones
from stakeholders.models import Agency
from territory.models import Place
from territory.notation import Gazetteer, parse_places

UNKNOWN_PLACE = _("One of the places is not known any more. Choose it again.")
CONTRADICTION = _("Places are chosen, and they are said not to be known yet. Keep one of the two.")
NEED_PLACES = _("Choose the places, or say that they are not known yet.")


class OutputSelect(forms.Select):
    """Outputs, each with its unit for the script to show beside the volume."""

    units: dict[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option that knows its unit."""
        option = super().create_option(name, value, *args, **kwargs)
        unit = self.units.get(str(value))
        if unit:
            option["attrs"]["data-unit"] = unit
        return option


class PlaceIds(forms.Field):
    """Places from ticked boxes; becomes the list of their ids."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        """Ids of places that there are."""
        ids = {int(one) for one in value or [] if str(one).isdecimal() and len(str(one)) < 18}
        known = set(Place.objects.filter(pk__in=ids).values_list("pk", flat=True))
        if len(known) != len(value or []):
            raise ValidationError(UNKNOWN_PLACE, code="unknown_place")
        return sorted(known)


class ActivityForm(SaysBlank, forms.ModelForm[Activity]):
    """Facts and places of an activity."""

    volume = QuantityField(
        label=_("Volume"),
        help_text=_("How much of the output, for all places together, such as 2 or 1250,5."),
    )
    first_day = DayField(label=_("First day"), help_text=_("When the work begins."))
    last_day = DayField(
        label=_("Last day"),
        help_text=_("It belongs to every fiscal year between its first and its last day."),
    )
    place = PlaceIds(label=_("Places"), required=False)
    places_text = forms.CharField(
        label=_("Places by their codes"),
        required=False,
        help_text=_(
            "Codes instead of ticking, separated by “;”: a village or district (61.11.06.2002),"
            " an island (@61.11.40034), a zone (#CODE)."
        ),
    )
    places_unknown = forms.BooleanField(label=_("The places are not known yet"), required=False)

    class Meta:
        model = Activity
        fields = [
            "agency", "programme", "title", "output", "volume", "first_day", "last_day",
            "action_item", "code",
        ]  # fmt: skip
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "output": OutputSelect,
        }
        labels = {
            "agency": _("Agency"),
            "programme": _("Programme"),
            "title": _("Title"),
            "output": _("Output"),
            "action_item": _("Item of the joint action plan"),
            "code": _("Code"),
        }
        help_texts = {
            "agency": _("Whose plan it is."),
            "programme": _("As in the agency's own planning document; may stay empty."),
            "title": _("What is done, in the words of the planning document."),
            "output": _("What is delivered; the same list for every agency, so that plans meet."),
            "action_item": _("Where this activity carries out an item of the joint action plan."),
            "code": _("Stays empty for a new one: a code is then given."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        if self.instance.pk:
            del self.fields["code"]
        self._set_choices(user)
        self.auto_id = "id_%s"

    def _set_choices(self, user: User) -> None:
        own = Agency.objects.filter(pk__in=user.edited_agency_ids).order_by("name")
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = own
        if len(own) == 1 and not self.instance.pk:
            agency.initial = own[0].pk
        if len(own) == 1:
            agency.empty_label = None
        self._group_outputs()
        item = self.fields["action_item"]
        assert isinstance(item, forms.ModelChoiceField)
        item.queryset = ActionItem.objects.order_by("code")
        item.empty_label = str(_("None of them"))

    def _group_outputs(self) -> None:
        field = self.fields["output"]
        outputs = Output.objects.select_related("sector").order_by("sector__name", "name")
        groups: dict[str, list[tuple[int, str]]] = {}
        for output in outputs:
            groups.setdefault(output.sector.name, []).append((output.pk, output.name))
        assert isinstance(field, forms.ModelChoiceField) and isinstance(field.widget, OutputSelect)
        field.queryset = outputs
        field.choices = [("", _("Choose an output")), *groups.items()]
        field.widget.units = {str(output.pk): output.unit for output in outputs}

    @property
    def chosen(self) -> list[int]:
        """Ids of the places that are ticked."""
        if self.is_bound:
            typed = self.data.getlist("place") if hasattr(self.data, "getlist") else []
            ids = {int(one) for one in typed if one.isdecimal() and len(one) < 18}
            return sorted(ids | set(getattr(self, "cleaned_data", {}).get("places") or ()))
        return sorted(self.instance.place_ids) if self.instance.pk else []

    def chosen_places(self) -> list[tuple[str, str]]:
        """Ticked places with their names."""
        return sorted(
            ((str(pk), name) for pk, name in names_of(self.chosen).items()), key=lambda one: one[1]
        )

    def tree(self) -> list[tuple[str, Any]]:
        """What can be ticked."""
        return tree()

    def clean(self) -> dict[str, Any]:
        """Ticked boxes and written codes are one list."""
        cleaned = super().clean() or self.cleaned_data
        places = set(cleaned.get("place") or ())
        text = cleaned.get("places_text", "")
        if text:
            try:
                places.update(parse_places(text, Gazetteer.load(), zones=zones()))
            except ValidationError as error:
                self.add_error("places_text", error)
        if places and cleaned.get("places_unknown"):
            self.add_error("places_unknown", ValidationError(CONTRADICTION, code="places"))
        if self.data.get("action") == "submit" and not (
            places or cleaned.get("places_unknown") or self.errors
        ):
            self.add_error("places_unknown", ValidationError(NEED_PLACES, code="places"))
        cleaned["places"] = sorted(places)
        # Budget lines may name only these (BudgetLine.clean).
        self.instance.__dict__["place_ids"] = frozenset(places)
        return cleaned

    def prepare(self) -> ActivityForm:
        """Ready to be shown: help and errors are named."""
        describe(self)
        return self

    def problems(self) -> list[tuple[str, str, str]]:
        """(id of the field, its label, what is wrong) of everything that is."""
        return problems_of(self)


class ReasonForm(SaysBlank, forms.Form):
    """Why something is sent back, cancelled or refused."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CommentForm(SaysBlank, forms.Form):
    """Something about an activity."""

    text = forms.CharField(
        label=_("Comment"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


def problems_of(form: forms.BaseForm) -> list[tuple[str, str, str]]:
    """(id of the field, its label, what is wrong) of everything that is wrong with a form."""
    found: list[tuple[str, str, str]] = []
    for name, errors in form.errors.items():
        bound = form[name] if name in form.fields else None
        where = bound.id_for_label if bound else "main"
        label = str(bound.label) if bound else ""
        found += [(where or "places", label, str(error)) for error in errors]
    return found
