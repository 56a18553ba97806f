"""The own account."""

import pytest

from accounts.models import User
from tests.accounts.people import PASSWORD
from tests.pages.reading import get, links, text
from tests.pages.test_policy import check

PAGES = ["/accounts/me/", "/accounts/me/password", "/accounts/me/sessions",
         "/accounts/me/second-factor", "/accounts/me/second-factor/codes"]  # fmt: skip
URL = "/accounts/me/"


@pytest.mark.parametrize("page", PAGES)
def test_pages(editor, page):
    check(get(editor, page))


@pytest.mark.parametrize("page", [*PAGES, "/accounts/me/second-factor/remove", "/accounts/code/"])
def test_a_log_in_is_needed(cast, client, page):
    assert client.get(page).url.startswith("/accounts/login/")


def test_what_it_says(editor, cast):
    page = get(editor, URL)

    assert "Dinas Pekerjaan Umum" in text(page)
    assert "/accounts/people/" not in links(page)
    assert {"/accounts/me/password", "/accounts/me/sessions"} <= set(links(page))


def test_the_administrator_finds_people_here(admin):
    assert "/accounts/people/" in links(get(admin, URL))


def test_the_name(editor, cast):
    editor.post(URL, {"name": "Citra Baru", "email": cast.editor.email})

    assert User.objects.get(pk=cast.editor.pk).name == "Citra Baru"


@pytest.mark.parametrize(("password", "done"), [("", False), ("salah", False), (PASSWORD, True)])
def test_another_mail_address_wants_the_password(editor, cast, password, done):
    editor.post(URL, {"name": "Citra", "email": "baru@example.org", "password": password})

    assert (User.objects.get(pk=cast.editor.pk).email == "baru@example.org") is done


def test_anothers_mail_address_is_refused(editor, cast):
    data = {"name": "Citra", "email": "KEPALA@example.go.id", "password": PASSWORD}

    assert editor.post(URL, data).status_code == 200
    assert User.objects.get(pk=cast.editor.pk).email == "operator@example.go.id"


def test_role_and_user_name_are_not_ones_own(editor, cast):
    data = {"name": "C", "email": cast.editor.email, "role": "administrator", "username": "raja"}
    editor.post(URL, data)

    user = User.objects.get(pk=cast.editor.pk)
    assert (user.role, user.username) == ("viewer", "operator")


@pytest.mark.parametrize("new", ["password1", "karimata-2026", "operator1", "12345678901"])
def test_a_bad_password_is_refused(editor, cast, new):
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

    assert editor.post("/accounts/me/password", data).status_code == 200
    assert User.objects.get(pk=cast.editor.pk).check_password(PASSWORD)


def test_the_old_password_is_needed(editor, cast):
    new = "ombak-besar-7"
    data = {"old_password": "salah", "new_password1": new, "new_password2": new}
    editor.post("/accounts/me/password", data)

    assert User.objects.get(pk=cast.editor.pk).check_password(PASSWORD)
