"""How the tests of every app ask: does the database refuse it, and do forms say so in words?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

# Constraint → (what makes a record that breaks it, the field that says so, the error's code).
Cases = Mapping[str, tuple[Callable[[], models.Model], str, str]]


def refusal(record: models.Model) -> ValidationError:
    """What a form would say of the record."""
    with pytest.raises(ValidationError) as refused:
        record.full_clean()
    return refused.value


def words(record: models.Model) -> dict[str, list[str | None]]:
    """What a form would say: the codes of its errors by field."""
    return {
        field: [error.code for error in errors]
        for field, errors in refusal(record).error_dict.items()
    }


def assert_refused(cases: Cases, constraint: str) -> None:
    """Saved all the same, the database refuses; `clean` says it in words at the field before."""
    make, field, code = cases[constraint]
    record = make()
    said = refusal(record)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        record.save()
    assert {name: [one.code for one in found] for name, found in said.error_dict.items()} == {
        field: [code]
    }
    assert constraint not in " ".join(said.messages)


def constraints_of(app: str) -> set[str]:
    """The names of an app's own constraints, so that none is without a test."""
    return {
        constraint.name
        for model in apps.get_app_config(app).get_models()
        if "pgh_id" not in {field.name for field in model._meta.fields}
        for constraint in model._meta.constraints
    }
