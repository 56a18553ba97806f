"""A session ends when idle and after a day; one sees where one is logged in, and ends it."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import actions, sessions
from tests.accounts.people import PASSWORD, enter, log_in, shift
from tests.pages.reading import get, said, text

PAGE = "/accounts/me"
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"


def is_in(client) -> bool:
    """Whether pages are shown."""
    return bool(client.get("/accounts/me/").status_code == 200)


def test_idle_end(editor):
    shift(editor, seen=59)
    assert is_in(editor)
    shift(editor, seen=61)

    response = editor.get("/accounts/me/", follow=True)

    assert response.redirect_chain == [("/accounts/login/?next=/accounts/me/", 302)]
    assert said("You were logged out after a while. Please log in again.") in text(response)
    assert not Session.objects.exists()


def test_the_minutes_are_a_setting(editor, settings):
    settings.IDLE_MINUTES = 5
    shift(editor, seen=6)

    assert not is_in(editor)


def test_a_request_counts_as_being_there(editor):
    for _number in range(3):
        shift(editor, seen=50)
        assert is_in(editor)


def test_absolute_end_however_busy(editor):
    shift(editor, started=24 * 60 - 1)
    assert is_in(editor)
    shift(editor, started=2)

    assert not is_in(editor)


def test_the_database_ends_it_too(editor):
    before = Session.objects.get().expire_date
    shift(editor, seen=10)
    assert is_in(editor)  # writes the session

    after = Session.objects.get().expire_date
    assert before == after
    assert abs(after - timezone.now() - dt.timedelta(days=1)) < dt.timedelta(minutes=1)


def test_a_session_that_does_not_say_when_it_began_is_over(editor):
    session = editor.session
    del session[sessions.SITTING]
    session.save()

    assert not is_in(editor)


def test_most_requests_write_nothing(editor, django_assert_num_queries):
    with django_assert_num_queries(2):  # session, user
        editor.get("/nope")


def test_the_list(editor, cast):
    log_in(Client(headers={"User-Agent": ANDROID}), "operator", REMOTE_ADDR="203.0.113.9")
    log_in(Client(), "kepala")

    page = get(editor, "/accounts/me/sessions")

    assert page.content.count(b"<tr>") == 3
    for shown in ("Chrome · Android", "203.0.113.9", said("this one")):
        assert shown in text(page)
    assert editor.session.session_key not in page.content.decode()


def test_end_one(editor, cast):
    phone, desk = Client(), Client()
    log_in(phone, "operator")
    log_in(desk, "operator")
    handle = sessions._handle(str(phone.session.session_key))

    editor.post("/accounts/me/sessions/end", {"handle": handle})

    assert (is_in(editor), is_in(phone), is_in(desk)) == (True, False, True)


def test_end_all_others(editor, cast):
    phone, desk, head = Client(), Client(), Client()
    log_in(phone, "operator")
    log_in(desk, "operator")
    log_in(head, "kepala")

    editor.post("/accounts/me/sessions/end")

    assert [is_in(each) for each in (editor, phone, desk, head)] == [True, False, False, True]


def test_anothers_session_is_out_of_reach(editor, cast):
    head = Client()
    log_in(head, "kepala")

    editor.post(
        "/accounts/me/sessions/end", {"handle": sessions._handle(str(head.session.session_key))}
    )

    assert is_in(head)


def test_another_password_ends_the_others(editor, cast):
    phone = Client()
    log_in(phone, "operator")
    data = {
        "old_password": PASSWORD,
        "new_password1": "ombak-7-besar",
        "new_password2": "ombak-7-besar",
    }

    response = editor.post("/accounts/me/password", data)

    assert response.url == "/accounts/me/"
    assert (is_in(editor), is_in(phone)) == (True, False)
    assert len(sessions.of(cast.editor)) == 1
    assert log_in(Client(), "operator", "ombak-7-besar").status_code == 302


def test_a_deactivated_persons_session_ends_at_once(editor, cast):
    actions.deactivate(by=cast.admin, user=cast.editor, reason="Pindah")

    assert not is_in(editor)
    assert sessions.of(cast.editor) == []


def test_a_new_role_is_felt_at_once(editor, cast):
    assert editor.get("/accounts/people/").status_code == 404
    actions.change(
        by=cast.admin, user=cast.editor, name="Citra", email="c@example.org", role="administrator"
    )

    assert editor.get("/accounts/people/").url.startswith("/accounts/me/second-factor")


def test_sessions_that_are_over_are_swept_out(cast):
    first = enter(Client(), cast.editor)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(minutes=1))
    enter(Client(), cast.head)

    assert list(Session.objects.values_list("session_key")) != [(first.session.session_key,)]
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (ANDROID, "Chrome · Android"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:120.0) Gecko/2010 Firefox/120.0", "Firefox · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Safari/604", "Safari · iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_devices_in_words(agent, device):
    assert sessions.device_of(agent) == device
