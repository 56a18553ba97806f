"""The demonstration's log-ins: on one's own machine without a telephone, on a server never."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from kerapu import demo
from stakeholders.models import Agency
from tests.accounts.people import log_in, went
from tests.pages.reading import get, said, text


@pytest.fixture
def demonstration(db) -> None:
    """The agencies that the log-ins work for, and the log-ins."""
    for code in ("BAPPELITBANG", "DPUPR", "BKSDA-KALBAR"):
        Agency.objects.create(code=code, name=code, kind="pemda")
    demo.ensure_logins()


def printed() -> str:
    """What `manage.py logins` says."""
    out = io.StringIO()
    call_command("logins", stdout=out)
    return out.getvalue()


def test_one_of_each_role(demonstration, settings):
    people = {user.username: user for user in User.objects.all()}

    assert set(people) == settings.DEMO_USERNAMES == {login.username for login in demo.LOGINS}
    assert people["admin"].is_administrator
    assert people["demo"].is_planner
    assert people["bappelitbang"].is_planner
    assert len(people["dpupr"].edited_agency_ids) == 1
    assert people["kepala-dpupr"].headed_agency_ids == people["dpupr"].edited_agency_ids
    assert people["bksda"].headed_agency_ids == people["bksda"].edited_agency_ids
    assert not people["bupati"].agency_ids


def test_they_are_printed(demonstration):
    lines = printed().splitlines()

    assert len(lines) == len(demo.LOGINS)
    assert lines[0].endswith("demo / karimata-2026")


def test_once_more_changes_nothing(demonstration):
    demo.ensure_logins()

    assert User.objects.count() == len(demo.LOGINS)


def test_whose_password_was_changed_is_not_printed(demonstration):
    user = User.objects.get(username="admin")
    user.set_password("ombak-besar-7")
    user.save()

    assert "admin" not in printed()


@pytest.mark.parametrize("username", ["admin", "demo", "dpupr", "bupati"])
def test_they_work_without_a_telephone(demonstration, client, username):
    log_in(client, username, demo.PASSWORD)

    page = text(get(client, "/accounts/me/"))

    sentence = said(
        "This is an account of the demonstration, whose password everybody can read. It works"
        " without a second factor, on this machine only; on a server it does not work at all."
    )
    assert (sentence in page) == (username in {"admin", "demo"})


def test_on_a_server_nothing_is_made_or_printed(demonstration, settings):
    settings.DEMO_ALLOWED = False

    assert printed() == ""
    with pytest.raises(CommandError):
        demo.ensure_logins()


@pytest.mark.parametrize("username", ["admin", "demo", "bupati"])
def test_restored_on_a_server_they_open_nothing(demonstration, client, settings, username):
    settings.DEMO_ALLOWED = False

    assert log_in(client, username, demo.PASSWORD).status_code == 200
    assert "_auth_user_id" not in client.session


def test_on_a_server_nobody_is_spared_the_second_factor(demonstration, settings):
    settings.DEMO_ALLOWED, settings.DEMO_USERNAMES = False, frozenset()
    client = Client()
    client.force_login(User.objects.get(username="admin"))

    assert went(client.get("/accounts/me/")).startswith("/accounts/me/second-factor")
