"""The cast, and the ways in. `enter` is for every test that needs somebody logged in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.test import Client

PASSWORD = "laut-tenang-1"


@dataclass
class Cast:
    """One of each."""

    admin: Any
    planner: Any
    editor: Any
    head: Any
    reader: Any
    works: Any  # agency
    fishery: Any  # agency


def everybody() -> Cast:
    """People and two agencies."""
    from accounts.models import Membership, User
    from stakeholders.models import Agency

    works = Agency.objects.create(code="DPUPR", name="Dinas Pekerjaan Umum", kind="pemda")
    fishery = Agency.objects.create(code="DKP", name="Dinas Kelautan", kind="pemda")

    def person(username: str, name: str, role: str = "viewer") -> User:
        email = f"{username}@example.go.id"
        return User.objects.create_user(username, email, PASSWORD, name=name, role=role)

    cast = Cast(
        admin=person("pengelola", "Ade Pengelola", "administrator"),
        planner=person("perencana", "Budi Perencana", "planner"),
        editor=person("operator", "Citra Operator"),
        head=person("kepala", "Dewi Kepala"),
        reader=person("pembaca", "Eko Pembaca"),
        works=works,
        fishery=fishery,
    )
    Membership.objects.create(user=cast.editor, agency=works, role="editor")
    Membership.objects.create(user=cast.head, agency=works, role="head")
    return cast


def device_of(user: Any) -> Any:
    """The person's telephone; one is set up if there is none."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    found = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return found or TOTPDevice.objects.create(user=user, name="TOTP")


def enter(client: Client, user: Any) -> Client:
    """Log a person in past password and second factor."""
    from django_otp import DEVICE_ID_SESSION_KEY

    device = device_of(user) if user.needs_second_factor else None
    client.force_login(user)
    if device is not None:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client


def log_in(client: Client, username: str, password: str = PASSWORD, **extra: Any) -> Any:
    """Through the door, as a person does."""
    return client.post("/accounts/login/", {"username": username, "password": password}, **extra)


def code_of(device: Any, later: int = 0) -> str:
    """What the telephone shows now, or so many half minutes later."""
    from django_otp.oath import TOTP

    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + later * device.step
    return f"{totp.token():06d}"


def shift(client: Client, **minutes: float) -> None:
    """Let the session have begun, or been seen, so many minutes earlier."""
    from accounts.sessions import SITTING

    session = client.session
    sitting = dict(session[SITTING])
    for what, by in minutes.items():
        sitting[what] -= by * 60
    session[SITTING] = sitting
    session.save()


def went(response: Any) -> str:
    """Where a response leads."""
    return str(response.url)


def link_in(text: Any) -> str:
    """The path of the first link in a text."""
    text = str(text)
    start = text.index("/accounts/")
    path: str = text[start:].split()[0]
    return path
