"""What a screen is made of, and the list of those that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django_stubs_ext import StrOrPromise

from core.history import Names, Source

if TYPE_CHECKING:
    from core.screens.forms import ScreenForm

Records = models.QuerySet[Any]


def planners(user: Any) -> bool:
    """The planning agency keeps reference data (DOMAIN.md, "who may do what")."""
    return bool(getattr(user, "is_planner", False))


@dataclass(frozen=True)
class Column:
    """A column of the list: what it says of a record, what it is sorted by, what it adds up to."""

    label: StrOrPromise
    show: Callable[[Any], Any]
    sort: str = ""  # a field to order by; empty where the list cannot be ordered by it
    total: str = ""  # a field or annotation that is summed over all pages
    numeric: bool = False


@dataclass(frozen=True)
class Choice:
    """A filter of the list: (value, words) to choose from, and what a value leaves over."""

    name: str
    label: StrOrPromise
    choices: Callable[[], Iterable[tuple[str, StrOrPromise]]]
    narrow: Callable[[Records, str], Records]
    everything: StrOrPromise


@dataclass(frozen=True)
class Screen:
    """A kind of record as people see and change it."""

    slug: str
    model: type[models.Model]
    title: StrOrPromise  # of the list
    lead: StrOrPromise
    add: StrOrPromise  # the button and the page of a new one
    empty: StrOrPromise  # what to do where there is none yet
    columns: Sequence[Column]
    form: type[ScreenForm]
    search: Sequence[str]
    order: Sequence[str]
    choices: Sequence[Choice] = ()
    # What the record's page says besides the columns.
    facts: Sequence[Column] = ()
    records: Callable[[Records], Records] = lambda found: found
    may_change: Callable[[Any], bool] = planners
    can_add: bool = True
    can_delete: bool = True
    histories: Sequence[Source] = ()
    names: Mapping[type[models.Model], Names] = field(default_factory=dict)

    def all(self) -> Records:
        """Every record with what the columns need."""
        return self.records(self.model._default_manager.all())

    def sources(self) -> list[Source]:
        """Where the history of a record is read from."""
        labels = {
            name: one.label or name
            for name, one in self.form.base_fields.items()
            if name not in self.form.lists
        }
        event = f"{self.model._meta.app_label}.{self.model.__name__}Event"
        return [Source(event, "pgh_obj_id", None, labels), *self.histories]


# By their names in addresses, in the order in which they are listed.
SCREENS: dict[str, Screen] = {}


def register(*screens: Screen) -> None:
    """Show these."""
    SCREENS.update({screen.slug: screen for screen in screens})


@dataclass(frozen=True)
class Page:
    """A page of reference data that is no list of records, shown among the screens."""

    title: StrOrPromise
    lead: StrOrPromise
    address: str  # name of its URL


PAGES: list[Page] = []


def register_page(page: Page) -> None:
    """Show it too."""
    PAGES.append(page)
