"""A field for places, typed in the notation that the workbook has (METHOD.md section 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.formats import number
from territory.naming import names_of
from territory.notation import Gazetteer, format_places, parse_places

SHOWN = 12  # names; of more, how many there are
HELP = gettext_lazy(
    "Codes, separated by “;”: a place (61.11.06.2002@61.11.40034, on the mainland"
    " 61.11.01.2001@-), a village, district or regency (61.11.06), an island (@61.11.40034)."
)

Zones = Callable[[], Mapping[str, Sequence[int]]]


class PlacesField(forms.CharField):
    """A list of places as text; cleaned to the list of their ids.

    `every` is the reading of a zone's own list; `zones` allows `#CODE`.
    """

    def __init__(self, *, every: bool = False, zones: Zones | None = None, **kwargs: Any) -> None:
        self.every = every
        self.zones = zones
        kwargs.setdefault("help_text", HELP)
        attrs = {"rows": 3, "spellcheck": "false", "autocomplete": "off"}
        super().__init__(widget=forms.Textarea(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Ids in the shortest notation; what was typed as it was typed."""
        if isinstance(value, list | tuple):
            return format_places(value, Gazetteer.load(), every=self.every) if value else ""
        return value

    def clean(self, value: Any) -> Any:
        """Ids of the places. Raises ValidationError, whose message names the piece."""
        return self._read(super().clean(value))

    def resolve(self, text: str) -> str:
        """The names of what a text means; why it means nothing, where that is so."""
        if not text.strip():
            return ""
        try:
            names = list(names_of(self._read(text)).values())
        except ValidationError as error:
            return " ".join(error.messages)
        more = len(names) - SHOWN
        listed = "; ".join(names[:SHOWN])
        return _("%(listed)s and %(more)s more") % {
            "listed": listed, "more": number(more)
        } if more > 0 else listed  # fmt: skip

    def _read(self, text: str) -> list[int]:
        zones = self.zones() if self.zones and "#" in text else None
        allowed = zones if zones is not None else ({} if self.zones else None)
        return parse_places(text, Gazetteer.load(), zones=allowed, every=self.every)
