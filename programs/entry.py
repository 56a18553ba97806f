"""An entry as a whole: the activity's form and the parts of later apps, saved at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property

from accounts.models import User
from core.drafts import FIELD, Difference, new_token, read_token, resolved, who_changed
from core.formats import number
from programs import actions, parts
from programs.changes import activity_events, places_at
from programs.forms import ActivityForm
from programs.models import Activity, Sending
from programs.places import names_of

VERSION = "version"
PLACE_FIELDS = ("place", "places_text", "places_unknown")


class Entry:
    """What a person sees or sends of one activity."""

    def __init__(self, user: User, activity: Activity, typed: QueryDict | None) -> None:
        self.user = user
        self.activity = activity
        self.is_new = activity.pk is None
        self.form = ActivityForm(typed, user=user, instance=activity)
        self.typed = typed
        self.parts = [
            make(activity=activity, data=typed, places=self.form.chosen_places())
            for make in parts.FORM_PARTS
        ]

    @cached_property
    def token(self) -> str:
        """The form's token: the one that was sent, unless it was not ours."""
        sent = self.typed.get(FIELD, "") if self.typed else ""
        known = read_token(sent)
        return sent if known and known.user == self.user.pk else new_token(self.user.pk)

    @property
    def version(self) -> str:
        """The version that the person has read."""
        return (self.typed.get(VERSION) if self.typed else "") or str(self.activity.version)

    @property
    def is_resolving(self) -> bool:
        """Whether the person has just chosen between both versions."""
        return self.typed is not None and "resolve" in self.typed

    def is_valid(self) -> bool:
        """Whether all parts can be saved; every part is asked, so that all is said at once."""
        return all([self.form.is_valid(), *[part.is_valid() for part in self.parts]])

    def problems(self) -> list[parts.Problem]:
        """What keeps it from being saved."""
        if not self.form.is_bound:
            return []
        found = self.form.problems()
        for part in self.parts:
            found += part.problems()
        return found

    def sent_before(self) -> Activity | None:
        """The activity that this very form has saved already."""
        token = read_token(self.token)
        if token is None:
            return None
        sending = Sending.objects.filter(token=token.id)
        found = sending.select_related("activity").first()
        return found.activity if found else None

    def save(self, *, submit: bool) -> Activity:
        """Write all of it, once however often it is sent. Raises Conflict."""
        try:
            with transaction.atomic():
                return self._save(submit)
        except IntegrityError:
            saved = self.sent_before()
            if saved is None:
                raise
            return saved

    def _save(self, submit: bool) -> Activity:
        version = int(self.version) if self.version.isdecimal() else 0
        saved = actions.save_activity(
            user=self.user,
            activity=self.form.save(commit=False),
            places=self.form.cleaned_data["places"],
            version=None if self.is_new else version,
            also=self.parts,
        )
        token = read_token(self.token)
        if token:
            Sending.objects.create(token=token.id, activity=saved)
        if submit and saved.status in {"draft", "returned"}:
            saved = actions.submit(user=self.user, activity=saved)
        return saved

    def differences(self) -> list[Difference]:
        """Where what was sent is other than what is stored now, part by part."""
        found = list(self._of_facts()) if not self.is_new else []
        for part in self.parts:
            found += part.differences()
        return found

    def _of_facts(self) -> Iterator[Difference]:
        stored = Activity.objects.get(pk=self.activity.pk)
        if self.version == str(stored.version) and not self.is_resolving:
            return
        events = activity_events().filter(pgh_obj_id=stored.pk, version=self.version or 0)
        base = events.order_by("-pgh_id").first()
        fresh = ActivityForm(user=self.user, instance=stored)
        mine = self.form.instance
        for name in self.form._meta.fields or ():
            attname = Activity._meta.get_field(name).attname  # type: ignore[union-attr]
            values = getattr(mine, attname), getattr(stored, attname)
            if name in self.form.fields and values[0] != values[1]:
                yield Difference(
                    name=name,
                    label=str(self.form.fields[name].label),
                    mine=_shown(getattr(mine, name)),
                    theirs=_shown(getattr(stored, name)),
                    values={name: [str(_or_empty(fresh[name].value()))]},
                    changed_by=who_changed(getattr(base, attname), *values) if base else "both",
                )
        yield from self._of_places(stored, base)

    def _of_places(self, stored: Activity, base: Any) -> Iterator[Difference]:
        mine, theirs = frozenset(self.form.cleaned_data["places"]), stored.place_ids
        if mine == theirs:
            return
        before = places_at({stored.pk: base}, {stored.pk: theirs})[stored.pk] if base else None
        names = names_of(mine | theirs)
        yield Difference(
            name="place",
            label=str(self.form.fields["place"].label),
            mine="; ".join(sorted(names[pk] for pk in mine)) or "–",
            theirs="; ".join(sorted(names[pk] for pk in theirs)) or "–",
            values={"place": [str(pk) for pk in sorted(theirs)], "places_text": [""]}
            | ({"places_unknown": []} if theirs else {}),
            changed_by=who_changed(before, mine, theirs) if before is not None else "both",
        )


def resolve(user: User, activity: Activity, typed: QueryDict) -> QueryDict:
    """What was sent, with the sides that the person chose on the page of the conflict."""
    entry = Entry(user, activity, typed)
    if not entry.is_valid():
        return typed
    return resolved(typed, entry.differences())


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if hasattr(value, "year"):
        return date_format(value, "j F Y")
    return number(value) if hasattr(value, "as_tuple") else str(value)
