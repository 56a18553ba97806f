"""A lost password: a link by mail; nobody learns who has an account."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.accounts.people import device_of, link_in, log_in
from tests.pages.reading import get, text
from tests.pages.test_policy import check

URL = "/accounts/reset/"
NEW = {"new_password1": "ombak-besar-7", "new_password2": "ombak-besar-7"}


@pytest.fixture(autouse=True)
def _fresh(cast, settings) -> None:
    """Nobody has been sent anything yet."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


def test_the_whole_way(cast, client):
    check(get(client, URL))
    inside = Client()
    log_in(inside, "operator")
    client.post(URL, {"email": "Operator@example.go.id"})
    (message,) = mail.outbox
    assert "operator" in message.body
    page = client.get(link_in(message.body), follow=True)
    check(page)

    response = client.post(page.redirect_chain[0][0], NEW)

    assert response.url == "/"
    get(client, "/accounts/me/")
    assert inside.get("/accounts/me/").status_code == 302  # ended
    assert Client().get(link_in(message.body), follow=True).status_code == 200
    assert log_in(Client(), "operator", "ombak-besar-7").status_code == 302


def test_the_link_works_once(cast, client):
    client.post(URL, {"email": "operator@example.go.id"})
    link = link_in(mail.outbox[0].body)
    client.post(client.get(link).url, NEW)

    again = Client().get(link)

    assert again.status_code == 200
    assert 'name="new_password1"' not in again.content.decode()


def test_the_same_answer_for_everybody(cast, client):
    answers = {
        text(client.post(URL, {"email": email}, follow=True))
        for email in ("operator@example.go.id", "tidak-ada@example.org")
    }

    assert len(answers) == 1
    assert len(mail.outbox) == 1


def test_one_mail_in_five_minutes(cast, client):
    for _number in range(3):
        client.post(URL, {"email": "operator@example.go.id"})
    client.post(URL, {"email": "kepala@example.go.id"})

    assert [message.to[0][:6] for message in mail.outbox] == ["operat", "kepala"]


def test_nothing_for_who_was_deactivated_or_never_came(cast, client):
    cast.editor.is_active = False
    cast.editor.save()
    cast.head.set_unusable_password()
    cast.head.save()

    for email in ("operator@example.go.id", "kepala@example.go.id"):
        client.post(URL, {"email": email})

    assert mail.outbox == []


def test_the_link_leads_to_us_whatever_host_was_asked(cast, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post(URL, {"email": "operator@example.go.id"}, headers={"host": "evil.example"})

    assert "evil.example" not in mail.outbox[0].body


def test_the_second_factor_is_asked_all_the_same(cast, client):
    device_of(cast.planner)
    client.post(URL, {"email": "perencana@example.go.id"})

    client.post(client.get(link_in(mail.outbox[0].body)).url, NEW)

    assert client.get("/accounts/me/").url.startswith("/accounts/code/")
