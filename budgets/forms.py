"""The budget lines of an activity as a grid: a part of the entry form, and a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from budgets.actions import base_of, save_lines
from budgets.models import BudgetLine
from catalogue.models import Stage
from core.drafts import Difference, who_changed
from core.formats import rupiah
from programs.fields import AmountField, SaysBlank, describe
from programs.forms import problems_of
from programs.models import Activity
from programs.parts import Problem
from programs.places import names_of
from territory.models import Place

PREFIX = "lines"
MOST = 200  # rows of one form
SPARE = 1
FIELDS = ("year", "source", "stage", "amount", "place")
GONE = _(
    "Somebody else has removed a line that you have here. Save again to enter it as a new one, or"
    " remove it."
)


class LineForm(SaysBlank, forms.ModelForm[BudgetLine]):
    """One line."""

    year = forms.IntegerField(
        label=_("Year"), widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "year"})
    )
    amount = AmountField(label=_("Amount (Rp)"))
    place = forms.ModelChoiceField(Place.objects.all(), label=_("Place"), required=False)
    remove = forms.BooleanField(label=_("Remove"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = BudgetLine
        fields = ["year", "source", "stage", "amount", "place"]
        labels = {"source": _("Source"), "stage": _("Stage")}

    def __init__(
        self, *args: Any, activity: Activity, places: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instance.activity = activity
        self.auto_id = "id_%s"
        place = self.fields["place"]
        assert isinstance(place, forms.ModelChoiceField)
        place.widget.choices = [("", __("All places")), *places]
        self.initial["version"] = self.instance.version if self.instance.pk else ""
        for name, field in self.fields.items():
            if name != "version":
                field.widget.attrs["aria-label"] = str(field.label)

    def full_clean(self) -> None:
        """A spare row and one that is removed have nothing that could be wrong."""
        if self.is_blank or self.is_removed:
            self._errors = forms.utils.ErrorDict()
            self.cleaned_data = {}
        else:
            super().full_clean()

    @cached_property
    def is_blank(self) -> bool:
        """A spare row that nobody has filled in."""
        typed = [self.data.get(self.add_prefix(name), "") for name in ("amount", "source")]
        return self.is_bound and not self.instance.pk and not any(typed)

    @property
    def is_removed(self) -> bool:
        """Whether the row is ticked to be removed."""
        return bool(self.is_bound and self.data.get(self.add_prefix("remove")))


class Lines:
    """All lines of an activity; FormPart of the entry form (programs.parts)."""

    template = "budgets/_lines.html"

    def __init__(
        self,
        *,
        activity: Activity,
        data: QueryDict | None,
        places: Sequence[tuple[str, str]],
    ) -> None:
        self.activity = activity
        self.data = data if data is not None and f"{PREFIX}-count" in data else None
        self.places = places
        self.stages = Stage.choices
        stored: QuerySet[BudgetLine] = BudgetLine.objects.none()
        if activity.pk:
            stored = BudgetLine.objects.filter(activity=activity)
        self.stored = {one.pk: one for one in stored.order_by("year", "stage", "source", "pk")}
        self.gone: list[str] = []
        self.forms = list(self._bound() if self.data is not None else self._fresh())

    def _form(self, number: int, line: BudgetLine | None, **kwargs: Any) -> LineForm:
        return LineForm(
            self.data,
            prefix=f"{PREFIX}-{number}",
            instance=line or BudgetLine(),
            activity=self.activity,
            places=self.places,
            **kwargs,
        )

    def _fresh(self) -> Iterator[LineForm]:
        for number, line in enumerate(self.stored.values()):
            yield self._form(number, line)
        year = timezone.localdate().year
        if self.activity.pk:
            year = min(max(year, self.activity.first_day.year), self.activity.last_day.year)
        for number in range(SPARE):
            yield self._form(len(self.stored) + number, None, initial={"year": year})

    def _bound(self) -> Iterator[LineForm]:
        assert self.data is not None
        count = self.data.get(f"{PREFIX}-count", "")
        for number in range(min(int(count) if count.isdecimal() else 0, MOST)):
            known = self.data.get(f"{PREFIX}-{number}-id", "")
            line = self.stored.get(int(known)) if known.isdecimal() else None
            if known and line is None:
                self.gone.append(known)  # what was typed into it is offered as a new line
            yield self._form(number, line)

    @property
    def blank(self) -> LineForm:
        """The row that the script copies for another line."""
        return LineForm(
            prefix=f"{PREFIX}-0000", instance=BudgetLine(), activity=self.activity,
            places=self.places, initial={"year": timezone.localdate().year},
        )  # fmt: skip

    @property
    def rows(self) -> list[LineForm]:
        """The rows, with help and errors named."""
        for form in self.forms:
            describe(form)
        return self.forms

    @property
    def count(self) -> int:
        """How many rows are sent."""
        return len(self.forms)

    def totals(self) -> list[tuple[str, int, int]]:
        """Name and sum of each stage, over all years; the script keeps them up to date."""
        sums = dict.fromkeys(Stage.values, 0)
        for form in self.forms:
            amount = getattr(form.instance, "amount", None)
            if amount and form.instance.stage and not form.is_removed:
                sums[form.instance.stage] += amount
        return [(str(label), value, sums[value]) for value, label in Stage.choices]

    def _live(self) -> list[LineForm]:
        return [form for form in self.forms if not form.is_blank and not form.is_removed]

    def is_valid(self) -> bool:
        """Whether every row that stays can be saved."""
        if self.data is None:
            return True
        return all([form.is_valid() for form in self._live()]) and not self.gone

    def problems(self) -> list[Problem]:
        """What is wrong in the rows, each with the number of its row."""
        found: list[Problem] = [("lines", __("Budget lines"), str(GONE)) for _line in self.gone]
        for number, form in enumerate(self.forms, start=1):
            if self.data is not None and form in self._live():
                found += [
                    (where, __("Budget line %(n)d: %(label)s") % {"n": number, "label": label}, say)
                    for where, label, say in problems_of(form)
                ]
        return found

    def versions_read(self) -> dict[int, int]:
        """Line → the version that the person has read."""
        found = {}
        for form in self.forms:
            sent = self.data.get(form.add_prefix("version"), "") if self.data else ""
            if form.instance.pk and sent.isdecimal():
                found[form.instance.pk] = int(sent)
        return found

    def versions(self) -> dict[str, str]:
        """What the version fields hold once both sides have been seen."""
        now = dict(BudgetLine.objects.filter(pk__in=list(self.stored)).values_list("pk", "version"))
        return {
            form.add_prefix("version"): str(now[form.instance.pk])
            for form in self.forms
            if form.instance.pk in now
        }

    def save(self, *, user: User, activity: Activity) -> None:
        """Write the rows. Raises Conflict for a line that somebody else has changed."""
        if self.data is None:
            return
        if activity.agency_id not in user.edited_agency_ids:
            raise PermissionDenied
        removed = [form.instance for form in self.forms if form.is_removed and form.instance.pk]
        lines = [form.instance for form in self._live()]
        for line in lines:
            line.activity = activity
        save_lines(activity=activity, lines=lines, removed=removed, versions=self.versions_read())

    def differences(self) -> list[Difference]:
        """Lines that two people have changed."""
        found: list[Difference] = []
        versions = self.versions_read()
        resolving = self.data is not None and "resolve" in self.data
        for form in self._live():
            pk = form.instance.pk
            now = BudgetLine.objects.filter(pk=pk).first() if pk else None
            if now is None or (versions.get(now.pk) == now.version and not resolving):
                continue
            base = base_of(now, versions.get(now.pk, 0))
            mine, theirs = _values(form.instance), _values(now)
            if mine == theirs or (base is not None and mine == _values(base)):
                continue
            found.append(self._difference(form, now, base))
        return found

    def _difference(self, form: LineForm, now: BudgetLine, base: Any) -> Difference:
        fresh = LineForm(
            prefix=form.prefix, instance=now, activity=self.activity, places=self.places
        )
        return Difference(
            name=str(form.prefix),
            label=__("Budget line %(code)s") % {"code": now.code},
            mine=in_words(form.instance),
            theirs=in_words(now),
            values={
                form.add_prefix(name): [str("" if (v := fresh[name].value()) is None else v)]
                for name in FIELDS
            },
            changed_by=who_changed(
                _values(base) if base is not None else None, _values(form.instance), _values(now)
            ),
        )


def _values(line: Any) -> tuple[Any, ...]:
    return (line.year, line.source, line.stage, line.amount, line.place_id)


def in_words(line: BudgetLine) -> str:
    """A line as one reads it."""
    where = names_of([line.place_id]).get(line.place_id, "") if line.place_id else ""
    words = [str(line.year), line.get_source_display(), line.get_stage_display()]
    return " · ".join([*words, rupiah(line.amount), *([where] if where else [])])


def check_places(activity: Activity) -> None:
    """No line names a place that the activity has left. Raises ValidationError."""
    lines = BudgetLine.objects.filter(activity=activity).exclude(place=None)
    if lines.exclude(place__in=activity.place_ids).exists():
        message = _("A budget line names a place that is not one of the activity's places.")
        raise ValidationError(message, code="place")
