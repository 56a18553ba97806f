"""The door: by name or mail, and nothing is told to who guesses."""

import pytest

from tests.accounts.people import PASSWORD, log_in
from tests.pages.reading import text


@pytest.mark.parametrize("typed", ["operator", "OPERATOR", " operator ", "Operator@example.go.id"])
def test_by_user_name_or_mail(cast, client, typed):
    response = log_in(client, typed)

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(cast.editor.pk)


def test_a_wrong_password_does_not_tell_whether_the_user_exists(cast, client):
    wrong = text(log_in(client, "operator", "salah")).replace("operator", "x")
    nobody = text(log_in(client, "tidak-ada", "salah")).replace("tidak-ada", "x")

    assert wrong == nobody
    assert "_auth_user_id" not in client.session


def test_a_user_name_goes_before_a_mail_address(cast, client):
    cast.head.username = "operator@example.go.id"
    cast.head.save()

    log_in(client, "operator@example.go.id")

    assert client.session["_auth_user_id"] == str(cast.head.pk)


@pytest.mark.parametrize("typed", ["", "\0", "operator\0", "a" * 300])
def test_what_is_no_name(cast, client, typed):
    assert log_in(client, typed).status_code == 200


def test_a_deactivated_person_stays_outside(cast, client):
    cast.editor.is_active = False
    cast.editor.save()

    assert log_in(client, "operator").status_code == 200


def test_who_is_invited_and_has_no_password_stays_outside(cast, client):
    cast.editor.set_unusable_password()
    cast.editor.save()

    assert log_in(client, "operator", "").status_code == 200


def test_back_to_the_page_but_never_to_another_site(cast, client):
    data = {"username": "operator", "password": PASSWORD}

    inside = client.post("/accounts/login/", {**data, "next": "/2026/map"})
    client.logout()
    outside = client.post("/accounts/login/", {**data, "next": "https://evil.example/"})

    assert inside.url == "/2026/map"
    assert outside.url == "/"


def test_the_language_is_chosen_before_the_door(client, db):
    client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})

    assert "User name or mail address" in text(client.get("/accounts/login/"))
