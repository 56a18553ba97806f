"""Who is not logged in sees the door; who is chooses the language; what fails says so kindly."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied, server_error

from tests.pages import cast
from tests.pages.reading import get, links, said, text

PAGES = [
    "/", "/2026/", "/2026/freshness", "/2026/heat/village", "/2026/heat/island", "/2026/map",
    "/2026/map.json", "/2026/area/61.11/", "/2026/findings/", "/2026/findings.csv",
    "/2026/findings/1/",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_login_is_required(client, stage, page):
    response = client.get(page)

    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={page}"


@pytest.mark.parametrize("page", PAGES[1:-1])
def test_pages_are_only_read(regent, stage, page):
    assert regent.post(page).status_code == 405


def test_logging_in_and_out(client, stage):
    cast.regent()
    door = client.get("/2026/map", follow=True)
    assert '<form method="post"' in door.content.decode()

    inside = client.post(
        "/accounts/login/",
        {"username": "bupati", "password": "laut-tenang-1", "next": "/2026/map"},
        follow=True,
    )
    assert inside.request["PATH_INFO"] == "/2026/map"
    client.post("/accounts/logout/")
    assert client.get("/2026/map").status_code == 302


def test_a_wrong_password_is_said(client, stage):
    response = client.post("/accounts/login/", {"username": "bupati", "password": "x"})

    assert 'role="alert"' in response.content.decode()


def test_indonesian_unless_english_is_chosen(regent, stage):
    page = get(regent, "/2026/")
    assert '<html lang="id">' in page.content.decode()
    assert "30,9" in text(page)

    regent.post("/i18n/setlang/", {"language": "en", "next": "/2026/"})
    page = get(regent, "/2026/")
    assert '<html lang="en">' in page.content.decode()
    assert "Convergence index" in text(page)
    assert "30.9" in text(page)
    assert "1.9 billion" in text(page)


def test_every_page_leads_on(regent, stage):
    addresses = links(get(regent, "/2026/area/61.11/"))

    assert {"/2026/", "/2026/heat/village", "/2026/map", "/2026/findings/"} <= set(addresses)


def test_a_page_that_does_not_exist(regent, stage):
    response = regent.get("/nope")

    assert response.status_code == 404
    assert said("This page does not exist") in text(response)
    assert "/2026/" in links(response) or "/" in links(response)


def test_what_is_not_allowed():
    request = RequestFactory().get("/2026/")
    response = permission_denied(request, PermissionDenied())

    assert response.status_code == 403
    assert said("This is not open to you") in text(response)


def test_an_expired_form(stage):
    client = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="id")

    response = client.post("/accounts/login/", {"username": "x", "password": "y"})

    assert response.status_code == 403
    assert said("The form has expired") in text(response)


def test_our_own_fault():
    response = server_error(RequestFactory().get("/2026/"))

    assert response.status_code == 500
    assert said("Something went wrong") in text(response)
