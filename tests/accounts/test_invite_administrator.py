"""`manage.py invite_administrator`: the first person of a server."""

import io

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts import second_factor
from accounts.models import User
from tests.accounts.people import device_of, link_in
from tests.pages.reading import get


def run(*arguments: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("invite_administrator", *arguments, stdout=out)
    return out.getvalue()


def test_the_first(db, client):
    link = link_in(run("Siti Nurhaliza"))

    user = User.objects.get()
    assert (user.username, user.name, user.role) == (
        "siti-nurhaliza",
        "Siti Nurhaliza",
        "administrator",
    )
    get(client, link)
    new = {"new_password1": "ombak-besar-7", "new_password2": "ombak-besar-7"}
    client.post(link, new)
    assert client.get("/accounts/me/").url.startswith("/accounts/me/second-factor")


def test_by_mail_as_well(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        link = link_in(run("Siti", "--mail", "siti@example.org"))

    assert link in mail.outbox[0].body


def test_again_for_who_lost_everything(cast, client):
    device_of(cast.admin)

    get(client, link_in(run("pengelola")))

    assert not second_factor.has(cast.admin)
    assert User.objects.count() == 5


@pytest.mark.parametrize("arguments", [["operator"], ["Siti", "--mail", "bukan-surel"], ["…"]])
def test_refused(cast, arguments):
    with pytest.raises(CommandError):
        run(*arguments)
    assert User.objects.count() == 5
