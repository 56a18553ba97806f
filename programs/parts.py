"""What later apps add to the pages of an activity, without being imported here.

Budget lines and reports belong to apps that come later in the chain (docs/architecture.md). Each
registers its part when Django starts (`AppConfig.ready`); pages, form and saving ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django.http import QueryDict

from core.history import Source

if TYPE_CHECKING:
    from accounts.models import User
    from core.drafts import Difference
    from programs.models import Activity
    from programs.querysets import ActivityQuerySet

# (field's id on the page, its label, what is wrong with it)
Problem = tuple[str, str, str]


class FormPart(Protocol):
    """A part of the entry form, bound to what was sent or not."""

    template: str

    def is_valid(self) -> bool:
        """Whether all of it can be saved."""
        ...

    def problems(self) -> list[Problem]:
        """What keeps it from being saved, for the summary above the form."""
        ...

    def differences(self) -> list[Difference]:
        """Where what was sent and what is stored now are not the same, after a Conflict."""
        ...

    def save(self, *, user: User, activity: Activity) -> None:
        """Write it, in the transaction of the activity. Raises Conflict, PermissionDenied."""
        ...


class MakeFormPart(Protocol):
    """How a part of the form is made; `data` is what was sent."""

    def __call__(
        self, *, activity: Activity, data: QueryDict | None, places: Sequence[tuple[str, str]]
    ) -> FormPart: ...


# What a part of the page shows: its template and what the template needs.
PagePart = Callable[["Activity", "User"], tuple[str, dict[str, Any]]]
# The sum of each activity of a list, for one fiscal year or (None) over all.
Amounts = Callable[["ActivityQuerySet", int | None], Mapping[int, int]]

FORM_PARTS: list[MakeFormPart] = []
PAGE_PARTS: list[PagePart] = []
CHECKS: list[Callable[[Activity], None]] = []
AMOUNTS: list[Amounts] = []
HISTORIES: list[Source] = []


def amounts(activities: ActivityQuerySet, year: int | None) -> dict[int, int]:
    """What each activity has; nothing where no app of money is installed."""
    found: dict[int, int] = {}
    for measure in AMOUNTS:
        found.update(measure(activities, year))
    return found
