"""TOTP and recovery codes: who needs one cannot go on without; who has one is asked."""

import pytest
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import actions, second_factor
from tests.accounts.people import PASSWORD, code_of, device_of, enter, log_in, went
from tests.pages.reading import get, said, text

SET_UP = "/accounts/me/second-factor"
CODES = "/accounts/me/second-factor/codes"


@pytest.mark.parametrize("username", ["pengelola", "perencana"])
def test_set_up_at_the_first_log_in(cast, client, username):
    log_in(client, username)
    assert client.get("/accounts/me/").url == f"{SET_UP}?next=%2Faccounts%2Fme%2F"
    page = get(client, SET_UP)
    assert 'src="data:image/svg+xml' in page.content.decode()

    device = TOTPDevice.objects.get(confirmed=False)
    assert second_factor.key_of(device) in text(page)
    response = client.post(SET_UP, {"code": code_of(device)}, follow=True)

    assert response.redirect_chain == [(CODES, 302)]
    codes = list(StaticToken.objects.values_list("token", flat=True))
    assert len(codes) == 10
    assert all(code in text(response) for code in codes)
    get(client, "/accounts/me/")


def test_recovery_codes_are_shown_once(cast, client):
    log_in(client, "perencana")
    get(client, SET_UP)
    client.post(SET_UP, {"code": code_of(TOTPDevice.objects.get())}, follow=True)

    again = text(get(client, CODES))

    assert not any(token.token in again for token in StaticToken.objects.all())
    assert "10" in again


def test_a_wrong_code_sets_nothing_up(cast, client):
    log_in(client, "perencana")
    get(client, SET_UP)

    response = client.post(SET_UP, {"code": "000000"})

    assert response.status_code == 200
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    assert client.get("/accounts/me/").status_code == 302


def test_logging_in_with_a_code(cast, client):
    device = device_of(cast.planner)
    log_in(client, "perencana")
    assert client.get("/accounts/me/?a=1").url == "/accounts/code/?next=%2Faccounts%2Fme%2F%3Fa%3D1"
    key = client.session.session_key

    response = client.post("/accounts/code/", {"code": code_of(device), "next": "/accounts/me/"})

    assert response.url == "/accounts/me/"
    assert client.session.session_key != key
    get(client, "/accounts/me/")


def test_a_code_works_once(cast, client):
    device = device_of(cast.planner)
    code = code_of(device)
    log_in(client, "perencana")
    client.post("/accounts/code/", {"code": code})
    other = Client()
    log_in(other, "perencana")

    assert other.post("/accounts/code/", {"code": code}).status_code == 200
    assert other.get("/accounts/me/").status_code == 302


def test_a_recovery_code_works_once(cast, client):
    device_of(cast.planner)
    code, *_rest = second_factor.new_codes(cast.planner)
    log_in(client, "perencana")

    assert client.post("/accounts/code/", {"code": f" {code.upper()} "}).status_code == 302
    get(client, "/accounts/me/")

    other = Client()
    log_in(other, "perencana")
    assert other.post("/accounts/code/", {"code": code}).status_code == 200
    assert second_factor.codes_left(cast.planner) == 9


def test_guessing_codes_is_slowed_and_said(cast, client):
    device = device_of(cast.planner)
    log_in(client, "perencana")
    for _number in range(5):
        response = client.post("/accounts/code/", {"code": "000000"})
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
    response = client.post("/accounts/code/", {"code": "000000"})

    assert TOTPDevice.objects.get().throttling_failure_count >= 1
    refused = client.post("/accounts/code/", {"code": code_of(device)})
    assert refused.status_code == 200  # right, but too early
    sentence = said("This code is not right. The next one is taken from %(clock)s.")
    assert sentence.split("%")[0] in text(response)


@pytest.mark.parametrize("page", ["/", "/2026/", "/accounts/me/", CODES, "/accounts/people/"])
def test_nothing_is_open_before_the_code(cast, client, page):
    device_of(cast.admin)
    log_in(client, "pengelola")

    assert client.get(page).url.startswith("/accounts/code/")
    assert client.post(page).status_code == 302


def test_who_has_one_cannot_set_up_another_without_it(cast, client):
    device_of(cast.planner)
    log_in(client, "perencana")

    assert client.get(SET_UP).url == "/accounts/code/"
    assert client.post(SET_UP, {"code": "123456"}).url == "/accounts/code/"
    assert TOTPDevice.objects.count() == 1


def test_logging_out_and_the_language_are_open(cast, client):
    log_in(client, "perencana")

    assert client.post("/i18n/setlang/", {"language": "en", "next": SET_UP}).url == SET_UP
    client.post("/accounts/logout/")

    assert "_auth_user_id" not in client.session


def test_who_need_not_may(cast, editor):
    get(editor, SET_UP)
    editor.post(SET_UP, {"code": code_of(TOTPDevice.objects.get())})
    get(editor, "/accounts/me/")
    other = Client()

    log_in(other, "operator")

    assert went(other.get("/accounts/me/")).startswith("/accounts/code/")


def test_and_may_do_without_again(cast, editor):
    device_of(cast.editor)
    other = enter(Client(), cast.editor)
    assert other.get("/accounts/me/").status_code == 302  # asked for the code
    page = "/accounts/me/second-factor/remove"

    assert editor.post(page, {"password": "salah"}).status_code == 200
    assert second_factor.has(cast.editor)
    editor.post(page, {"password": PASSWORD})

    assert not second_factor.has(cast.editor)


def test_who_needs_one_keeps_it(cast, client):
    enter(client, cast.planner)

    client.post("/accounts/me/second-factor/remove", {"password": PASSWORD})

    assert second_factor.has(cast.planner)


def test_another_telephone(cast, client):
    old = device_of(cast.planner)
    enter(client, cast.planner)
    get(client, SET_UP)

    client.post(SET_UP, {"code": code_of(TOTPDevice.objects.get(confirmed=False))})

    assert not TOTPDevice.objects.filter(pk=old.pk).exists()
    get(client, "/accounts/me/")


def test_new_codes_want_the_password(cast, client):
    enter(client, cast.planner)
    old = second_factor.new_codes(cast.planner)

    client.post(CODES, {"password": "salah"})
    assert second_factor.codes_left(cast.planner) == 10
    page = text(client.post(CODES, {"password": PASSWORD}, follow=True))

    assert not any(code in page for code in old)
    assert all(token.token in page for token in StaticToken.objects.all())


def test_a_reset_leads_to_a_new_set_up(cast, client):
    enter(client, cast.planner)
    actions.reset_second_factor(by=cast.admin, user=cast.planner, reason="Telepon hilang")

    assert client.get("/accounts/me/").url.startswith("/accounts/login/")
    log_in(client, "perencana")
    assert client.get("/accounts/me/").url.startswith(SET_UP)


def test_a_promoted_person_sets_one_up(cast, editor):
    cast.editor.role = "planner"
    cast.editor.save()

    assert editor.get("/accounts/me/").url.startswith(SET_UP)


def test_two_pages_of_the_set_up_at_once(cast, client):
    log_in(client, "perencana")
    first = TOTPDevice.objects.create(user=cast.planner, confirmed=False, name="TOTP")
    TOTPDevice.objects.create(user=cast.planner, confirmed=False, name="TOTP")

    get(client, SET_UP)
    client.post(SET_UP, {"code": code_of(first)})

    assert list(TOTPDevice.objects.values_list("pk", "confirmed")) == [(first.pk, True)]
