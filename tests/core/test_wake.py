"""Who has saved wakes the worker; who only looks does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core import tasks


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The messages that were sent."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.tick, "apply_async", lambda **options: sent.append(options))
    return sent


@pytest.mark.django_db
def test_a_saved_form_wakes_the_worker(client: Client, woken: list[dict[str, Any]]) -> None:
    """Once, after the answer is made."""
    assert client.post("/i18n/setlang/", {"language": "en"}).status_code == 302
    assert len(woken) == 1


@pytest.mark.django_db
def test_looking_does_not(client: Client, woken: list[dict[str, Any]]) -> None:
    """Nor does what was refused."""
    client.get("/accounts/login/")
    Client(enforce_csrf_checks=True).post("/i18n/setlang/", {"language": "en"})
    assert woken == []


@pytest.mark.django_db
def test_a_broken_broker_loses_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is answered; the tick finds what is to do."""

    def broken(**_options: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(tasks.tick, "apply_async", broken)
    assert client.post("/i18n/setlang/", {"language": "en"}).status_code == 302
