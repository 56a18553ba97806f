"""The second factor: a code that changes (TOTP) on the person's telephone, and recovery codes.

django-otp keeps the devices, checks the codes and slows the guessing. Here: who needs one, and
what a session that has not given one may not do.
"""

from __future__ import annotations

import datetime as dt
from base64 import b32encode
from enum import Enum
from typing import Any

import django_otp
import segno
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User

HAS_DEVICE = "second_factor"
CODES = 10


class Door(Enum):
    """What stands between a session and the pages."""

    OPEN = "open"
    CODE = "code"
    SET_UP = "set up"


def is_exempt(user: User) -> bool:
    """Accounts of the demonstration on one's own machine work without a telephone."""
    return user.username in settings.DEMO_USERNAMES


def mark(request: HttpRequest, user: User) -> None:
    """At a log-in: note whether a code will be asked, so that not every request has to look."""
    if has(user):
        request.session[HAS_DEVICE] = True


def has(user: User) -> bool:
    """Whether the person has set one up."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def is_verified(request: HttpRequest) -> bool:
    """Whether this session has given a code."""
    return getattr(request.user, "otp_device", None) is not None


def door(request: HttpRequest) -> Door:
    """What this session, whose password was right, still has to do."""
    user = request.user
    if not isinstance(user, User) or is_verified(request):
        return Door.OPEN
    if request.session.get(HAS_DEVICE):
        return Door.CODE
    if not user.needs_second_factor or is_exempt(user):
        return Door.OPEN
    return Door.CODE if has(user) else Door.SET_UP


def pending(user: User) -> TOTPDevice:
    """The device that is being set up; the same until it is confirmed, so a reload is harmless."""
    return _unconfirmed(user).first() or TOTPDevice.objects.create(
        user=user, confirmed=False, name="TOTP"
    )


def key_of(device: TOTPDevice) -> str:
    """The key for typing, in groups of four."""
    key = b32encode(device.bin_key).decode()
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def picture_of(device: TOTPDevice) -> str:
    """The key as a QR code: an SVG image in a data: address, which the policy allows."""
    return segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=4, light="#fff")


def confirm(user: User, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """Take the new device into use when its code is right; (device, recovery codes), or None."""
    code = _plain(code)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        device = _unconfirmed(user).select_for_update().first()
        if device is None or not device.verify_token(code):
            return None
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save()
        return device, new_codes(user)


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Recovery codes, each good for one log-in; those of before stop working."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _number in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def codes_left(user: User) -> int:
    """How many recovery codes have not been used."""
    return int(StaticToken.objects.filter(device__user=user).count())


def verify(user: User, code: str) -> TOTPDevice | StaticDevice | None:
    """The device that accepts this code: six digits are the telephone's, else a recovery code."""
    device = _asked(user, code)
    return device and django_otp.verify_token(user, device.persistent_id, _plain(code))


def locked_until(user: User, code: str) -> dt.datetime | None:
    """Until when the device takes no code, after wrong ones."""
    device = _asked(user, code)
    if device is None:
        return None
    allowed, details = device.verify_is_allowed()
    return None if allowed else details.get("locked_until")


@transaction.atomic
def remove(user: User) -> None:
    """Take everything away: the telephone is lost, or the person no longer wants one."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _unconfirmed(user: User) -> QuerySet[Any]:
    """Devices being set up; two pages opened at once may make two, and the first one counts."""
    found: QuerySet[Any] = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk")
    return found


def _asked(user: User, code: str) -> TOTPDevice | StaticDevice | None:
    model = TOTPDevice if _plain(code).isdecimal() else StaticDevice
    return model.objects.filter(user=user, confirmed=True).first()


def _plain(code: str) -> str:
    """A code without the blanks that people type."""
    return "".join(code.split()).lower()[:20]
