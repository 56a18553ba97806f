"""The form of a record: it only translates, the rules are the model's; and what was read with it.

With the form travels what the person has read: the version and every value. When somebody else has
saved meanwhile, this tells who moved what.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.db import models, transaction
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.drafts import Difference, who_changed
from core.locking import Versioned, lock

READ = "read"
SALT = "core.screens"


class ScreenForm(forms.ModelForm[Any]):
    """A form whose lists (places, sectors) are saved with the record and count as its change."""

    # Field of the form → relation of the record.
    lists: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:  # references and imports go by it
            self.fields["code"].disabled = True
        if self.instance.pk:
            for name, relation in self.lists.items():
                self.initial.setdefault(name, self._stored(relation))

    def prepare(self) -> ScreenForm:
        """Name help and errors of every field for those who do not see where they stand."""
        for bound in self:
            about = [f"{bound.auto_id}_error"] if self.is_bound and bound.errors else []
            about += [f"{bound.auto_id}_help"] if bound.help_text else []
            if about:
                bound.field.widget.attrs["aria-describedby"] = " ".join(about)
            if self.is_bound and bound.errors:
                bound.field.widget.attrs["aria-invalid"] = "true"
        return self

    def save(self, commit: bool = True) -> Any:
        """The record and its lists; a change of the lists alone counts as a version."""
        is_new, version = self.instance.pk is None, self.instance.version
        record = super().save(commit)
        changed = [self._save_list(*one) for one in self.lists.items()]
        record.refresh_from_db(fields=["version"])
        if any(changed) and not is_new and record.version == version:
            type(record)._default_manager.filter(pk=record.pk).update(version=F("version") + 1)
        return record

    def _stored(self, relation: str) -> list[Any]:
        return list(getattr(self.instance, relation).values_list("pk", flat=True))

    def _save_list(self, name: str, relation: str) -> bool:
        wanted = {getattr(one, "pk", one) for one in self.cleaned_data[name]}
        changed = wanted != set(self._stored(relation))
        if changed:
            getattr(self.instance, relation).set(wanted)
        return changed


def raw(form: ScreenForm, name: str) -> list[str]:
    """What the form sends for a field that nobody touches."""
    value = form[name].value()
    values = value if isinstance(value, list | tuple | models.QuerySet) else [value]
    return ["" if one is None else str(getattr(one, "pk", one)) for one in values]


def token_of(form: ScreenForm) -> str:
    """What the person reads with the form: version and values, to be sent back with it."""
    values = {name: raw(form, name) for name in form.fields}
    return signing.dumps([form.instance.version, values], salt=SALT, compress=True)


def read(text: str) -> tuple[int, dict[str, list[str]]]:
    """(version, values) of what was sent back; version 0, which nothing has, for what is broken."""
    try:
        version, values = signing.loads(text, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return 0, {}
    return version, values


@transaction.atomic
def save(form: ScreenForm, records: models.QuerySet[Any]) -> Any:
    """Write what was typed, if nobody has written since it was read; raises Conflict."""
    if form.instance.pk:
        version, _values = read(form.data.get(READ, ""))
        lock(records, form.instance.pk, version)
    return form.save()


@transaction.atomic
def delete(record: Versioned, version: int) -> None:
    """Remove a record that nothing uses; raises Conflict and ProtectedError."""
    lock(type(record)._default_manager.all(), record.pk, version).delete()


def words(form: ScreenForm, name: str, values: Iterable[str]) -> str:
    """What a field was given, as people read it."""
    field: Any = form.fields[name]
    given = [value for value in values if value != ""]
    if hasattr(field, "resolve"):
        return str(field.resolve("; ".join(given)))
    if isinstance(field, forms.BooleanField):
        return str(_("yes")) if set(given) & {"on", "True"} else str(_("no"))
    known = _known(field, given)
    return ", ".join(known.get(value, value) for value in given) or "–"


def _known(field: Any, given: Iterable[str]) -> dict[str, str]:
    """Values of a field of choices, in words."""
    if isinstance(field, forms.ModelChoiceField):
        records: Any = field.queryset
        return {str(one.pk): str(one) for one in records.filter(pk__in=_ids(given))}
    choices: Iterable[Any] = getattr(field, "choices", ())
    return {str(value): str(label) for value, label in choices if value != ""}


def _ids(values: Iterable[str]) -> list[str]:
    return [value for value in values if value.isdecimal() and len(value) < 18]


def differences(form: ScreenForm, stored: Any) -> list[Difference]:
    """Where what was typed is other than what is stored now; the form is not changed by it."""
    fresh = type(form)(instance=stored)
    _version, base = read(form.data.get(READ, ""))
    found = []
    for name, field in form.fields.items():
        sent = _sent(form, name)
        mine, theirs = words(form, name, sent), words(form, name, raw(fresh, name))
        if field.disabled or mine == theirs:
            continue
        before = words(form, name, base[name]) if name in base else None
        found.append(
            Difference(
                name=name,
                label=str(field.label),
                mine=mine,
                theirs=theirs,
                values={name: _as_sent(field, raw(fresh, name))},
                changed_by=who_changed(before, mine, theirs),
            )
        )
    return found


def _sent(form: ScreenForm, name: str) -> list[str]:
    data = form.data
    return data.getlist(name) if isinstance(data, QueryDict) else []


def _as_sent(field: forms.Field, values: list[str]) -> list[str]:
    """As a browser sends it: a box that is not ticked is not sent."""
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return ["on"] if values == ["True"] else []
    return values
