"""Forms of tokens and of uploads: they only translate."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.formats import number
from exchange.uploads import MOST_BYTES


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


class WorkbookForm(forms.Form):
    """A workbook to be checked."""

    file = forms.FileField(
        label=_("Workbook"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("An .xlsx file of at most 20 MB, in the form that the export has."),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Of a size that can be read, and a zip, which every .xlsx is."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            sentence = _("The file has %(size)s MB; at most %(most)s MB can be taken.")
            size = number(-(-(file.size or 0) // 1_000_000))
            most = {"size": size, "most": MOST_BYTES // 1_000_000}
            raise forms.ValidationError(sentence, code="too_large", params=most)
        if file.read(4) != b"PK\x03\x04":
            raise forms.ValidationError(_("This is no .xlsx workbook."), code="not_a_workbook")
        file.seek(0)
        return file
