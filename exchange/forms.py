"""Forms of tokens and of uploads: they only translate."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class TokenForm(forms.Form):
    """A token for a program."""

    DAYS = [(30, _("30 days")), (90, _("90 days")), (365, _("One year")), (0, _("No end"))]

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What the token is for, such as the name of the system that reads with it."),
    )
    user = forms.ModelChoiceField(
        label=_("Acts as"),
        queryset=User.objects.none(),
        help_text=_("The program reads what this person may see, and nothing else."),
    )
    days = forms.TypedChoiceField(
        label=_("Lasts"), choices=DAYS, coerce=int, initial=365,
        help_text=_("After that it opens nothing any more."),
    )  # fmt: skip

    field_order = ["name", "user", "days"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = User.objects.filter(is_active=True).order_by("name", "username")
        self.fields["user"].queryset = people  # type: ignore[attr-defined]

    def expires(self) -> dt.datetime | None:
        """When the chosen time is over."""
        days: int = self.cleaned_data["days"]
        return timezone.now() + dt.timedelta(days=days) if days else None
