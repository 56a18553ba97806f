"""A link lets choose a password once, within seven days."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from accounts import actions
from accounts.models import Invitation, User
from tests.accounts.people import link_in, log_in
from tests.pages.reading import get, said, text

CHOICE = {"new_password1": "ombak-besar-7", "new_password2": "ombak-besar-7"}


@pytest.fixture
def token(cast) -> str:
    """The link of somebody new."""
    _user, token = actions.invite(
        by=cast.admin, username="baru", name="Fajar Baru", memberships=[(cast.works, "editor")]
    )
    return token


def test_choose_a_password_and_be_in(token, client):
    page = get(client, f"/accounts/invitation/{token}/")
    assert "baru" in text(page)
    response = client.post(f"/accounts/invitation/{token}/", CHOICE)

    assert response.status_code == 302
    user = User.objects.get(username="baru")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.edited_agency_ids == {user.memberships.get().agency_id}
    client.logout()
    assert log_in(client, "baru", "ombak-besar-7").status_code == 302


def test_it_works_once(token, client):
    client.post(f"/accounts/invitation/{token}/", CHOICE)
    client.logout()

    for response in (
        client.get(f"/accounts/invitation/{token}/"),
        client.post(f"/accounts/invitation/{token}/", CHOICE),
    ):
        assert response.status_code == 410
        assert said("This link no longer works") in text(response)


def test_two_at_once(token):
    actions.accept(token=token, password="ombak-besar-7")
    with pytest.raises(Invitation.DoesNotExist):
        actions.accept(token=token, password="lain-sekali-8")


def test_looking_at_it_does_not_use_it_up(token, client):
    for _number in range(3):  # a messenger shows what is behind a link
        get(client, f"/accounts/invitation/{token}/")


def test_it_expires(token, client):
    assert Invitation.objects.get().expires - timezone.now() > dt.timedelta(days=6, hours=23)
    Invitation.objects.update(expires=timezone.now())

    response = client.get(f"/accounts/invitation/{token}/")

    assert response.status_code == 410
    assert said("This link no longer works") in text(response)


def test_a_newer_link_ends_the_older(token, cast, client):
    newer = actions.make_link(by=cast.admin, user=User.objects.get(username="baru"))

    assert client.get(f"/accounts/invitation/{token}/").status_code == 410
    get(client, f"/accounts/invitation/{newer}/")


def test_the_database_does_not_know_the_token(token):
    assert token not in str(Invitation.objects.values().get())


@pytest.mark.parametrize("password", ["12345678", "password", "pendek", "baru", "karimata-2026"])
def test_a_bad_password_is_refused_and_the_link_stays(token, client, password):
    data = {"new_password1": password, "new_password2": password}

    response = client.post(f"/accounts/invitation/{token}/", data)

    assert response.status_code == 200
    assert 'class="errorlist"' in response.content.decode()
    get(client, f"/accounts/invitation/{token}/")


def test_by_mail_after_the_commit(cast, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite(
            by=cast.admin, username="baru", name="Fajar", email="fajar@example.org", by_mail=True
        )

    (message,) = mail.outbox
    assert message.to == ["fajar@example.org"]
    get(client, link_in(message.body))


def test_mail_that_does_not_leave_undoes_nothing(
    cast, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    with django_capture_on_commit_callbacks(execute=True):
        actions.invite(
            by=cast.admin, username="baru", name="Fajar", email="f@example.org", by_mail=True
        )

    assert User.objects.filter(username="baru").exists()


def test_a_deactivated_persons_link_opens_nothing(token, cast, client):
    actions.deactivate(by=cast.admin, user=User.objects.get(username="baru"), reason="Salah orang")

    assert client.get(f"/accounts/invitation/{token}/").status_code == 410
