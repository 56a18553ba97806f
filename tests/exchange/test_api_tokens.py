"""The life of a token: made once, used, expired, revoked; by administrators alone."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from exchange import tokens
from exchange.models import ApiToken
from tests.exchange import api


@pytest.fixture
def administrator(db, settings):
    settings.DEMO_USERNAMES = frozenset({"admin"})  # spared the second factor
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(api.person("admin", "administrator"))
    client.post("/i18n/setlang/", {"language": "en"})
    return client


def with_token(text: str):
    """What the API answers to that token."""
    return Client().get("/api/v1/findings", headers={"Authorization": f"Bearer {text}"})


def test_made_on_the_page_shown_once_used_and_revoked(administrator):
    user = api.person("pusat")
    page = administrator.post("/tokens/", {"name": "SIPD", "user": user.pk, "days": 30})
    [text] = re.findall(r"kerapu_[\w-]+", page.content.decode())

    record: Any = ApiToken.objects.get()
    assert text not in administrator.get("/tokens/").content.decode()
    assert record.token_hash != text and record.last_used is None
    assert with_token(text).status_code == 200
    assert ApiToken.objects.exclude(last_used=None).exists()
    administrator.post(f"/tokens/{record.pk}/revoke")
    assert with_token(text).status_code == 401
    record.refresh_from_db()
    assert record.revoked and record.revoked_by.username == "admin"


def test_an_expired_one_opens_nothing(db):
    soon = timezone.now() + dt.timedelta(days=1)
    record, text = tokens.make(name="KRISNA", user=api.person("pusat"), expires=soon)
    assert with_token(text).status_code == 200

    ApiToken.objects.filter(pk=record.pk).update(expires=timezone.now())

    response = with_token(text)
    assert response.status_code == 401
    assert "detail" in response.json()


def test_of_somebody_who_left_it_opens_nothing(db):
    user = api.person("pusat")
    _record, text = tokens.make(name="KRISNA", user=user)
    user.is_active = False
    user.save()

    assert with_token(text).status_code == 401


@pytest.mark.parametrize("text", ["", "x", "kerapu_", "Bearer"])
def test_what_is_no_token(db, text):
    assert with_token(text).status_code == 401


def test_its_use_is_noted_now_and_then(db):
    record, text = tokens.make(name="KRISNA", user=api.person("pusat"))
    with_token(text)
    first = ApiToken.objects.get(pk=record.pk).last_used
    with_token(text)

    assert ApiToken.objects.get(pk=record.pk).last_used == first


@pytest.mark.parametrize("role", ["viewer", "planner"])
def test_for_others_the_page_is_not_there(db, settings, role):
    settings.DEMO_USERNAMES = frozenset({"somebody"})
    client = Client()
    client.force_login(api.person("somebody", role))

    assert client.get("/tokens/").status_code == 404
    assert client.post("/tokens/1/revoke").status_code == 404


def test_an_empty_form_is_said(administrator):
    page = administrator.post("/tokens/", {"name": "", "user": "", "days": "30"})

    assert not ApiToken.objects.exists()
    assert 'role="alert"' in page.content.decode()


def test_the_command(db):
    api.person("pusat")
    out = io.StringIO()
    call_command("make_token", "pusat", "SIPD", days=7, stdout=out, stderr=io.StringIO())

    assert with_token(out.getvalue().strip()).status_code == 200
    record = ApiToken.objects.get()
    assert record.name == "SIPD" and record.expires is not None


@pytest.mark.parametrize(
    ("arguments", "days"), [(["nobody", "SIPD"], None), (["pusat", "SIPD"], 0), (["pusat", ""], 1)]
)
def test_the_command_refuses(db, arguments, days):
    api.person("pusat")
    with pytest.raises(CommandError):
        call_command("make_token", *arguments, days=days)
    assert not ApiToken.objects.exists()
