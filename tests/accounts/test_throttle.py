"""Guessing is slowed: by name and address, by name, by address; and it is said until when."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client

from tests.accounts.people import log_in
from tests.conftest import ROOT
from tests.pages.reading import text

CHILD = """
import os, sys, django
from django.conf import settings
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
django.setup()
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
settings.ALLOWED_HOSTS = ["testserver"]
from django.test import Client
for password in sys.argv[2:]:
    response = Client().post("/accounts/login/", {"username": "operator", "password": password})
    print(response.status_code)
"""


def wrong(client, times: int, username: str = "operator", **extra):
    """So many wrong passwords; the last response."""
    for _number in range(times):
        response = log_in(client, username, "salah", **extra)
    return response


def test_the_sixth_attempt_waits(cast, client):
    assert wrong(client, 4).status_code == 200
    last = wrong(client, 1)
    right = log_in(client, "operator")

    assert last.status_code == right.status_code == 429
    assert "_auth_user_id" not in client.session
    assert 0 < int(right["Retry-After"]) <= 900
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=15, hours=7)).strftime("%H.")
    assert until in text(right)


def test_a_name_that_nobody_has_is_locked_alike(cast, client):
    known = wrong(client, 5)
    unknown = wrong(client, 5, "tidak-ada")

    assert known.status_code == unknown.status_code == 429
    assert text(known) == text(unknown)


def test_the_wait_ends_and_is_not_made_longer(cast, client):
    wrong(client, 7)
    attempt = AccessAttempt.objects.get()
    assert attempt.failures_since_start == 5
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - dt.timedelta(minutes=16))

    assert log_in(client, "operator").status_code == 302


def test_others_in_the_office_go_on(cast, client):
    wrong(client, 5)

    assert log_in(client, "kepala").status_code == 302


def test_the_same_person_elsewhere_goes_on(cast, client):
    wrong(client, 5)

    assert log_in(client, "operator", REMOTE_ADDR="10.1.1.1").status_code == 302


def test_a_log_in_forgets_what_was_mistyped(cast, client):
    wrong(client, 4)
    wrong(client, 3, "operator@example.go.id")
    log_in(client, "OPERATOR")
    client.logout()
    log_in(client, "operator@example.go.id")
    client.logout()

    assert wrong(client, 4).status_code == 200
    assert wrong(client, 4, "operator@example.go.id").status_code == 200


def test_one_name_from_many_addresses(cast, client):
    for number in range(5):
        wrong(client, 4, REMOTE_ADDR=f"10.0.0.{number}")

    assert log_in(client, "operator", REMOTE_ADDR="10.9.9.9").status_code == 429
    assert log_in(client, "kepala", REMOTE_ADDR="10.9.9.9").status_code == 302


def test_many_names_from_one_address(cast, client):
    for number in range(25):
        wrong(client, 2, f"orang-{number}")

    assert log_in(client, "operator").status_code == 429
    assert log_in(client, "operator", REMOTE_ADDR="10.9.9.9").status_code == 302


def test_who_knows_one_password_does_not_clear_the_way_for_others(cast, client):
    for number in range(24):
        wrong(client, 2, f"orang-{number}")
    log_in(client, "kepala")
    client.logout()
    wrong(client, 2, "orang-25")

    assert log_in(client, "operator").status_code == 429


def test_behind_the_trusted_proxy_the_visitor_is_counted(cast, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    client = Client()  # its middleware reads the setting

    wrong(client, 5, HTTP_X_FORWARDED_FOR="203.0.113.7")

    assert AccessAttempt.objects.get().ip_address == "203.0.113.7"
    other = log_in(client, "operator", HTTP_X_FORWARDED_FOR="203.0.113.8")
    assert other.status_code == 302


def test_passwords_are_not_kept(cast, client):
    log_in(client, "operator", "rahasia-sekali")

    assert "rahasia" not in str(AccessAttempt.objects.values().get())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_across_processes(client):
    from tests.accounts import people

    people.everybody()
    name = connection.settings_dict["NAME"]
    passwords = ["salah-1", "salah-2", "salah-3", people.PASSWORD]

    def child(*passwords: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, name, *passwords],
            cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.split()

    assert child(*passwords[:3]) == ["200", "200", "200"]
    assert child("salah-4", "salah-5", people.PASSWORD) == ["200", "429", "429"]
    assert log_in(client, "operator").status_code == 429  # and here
