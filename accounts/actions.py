"""What is done with people. Only an administrator does it; `by=None` is the command line.

Nothing is ever taken away: a membership ends, a person is deactivated, and the history says who
did it and why.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from functools import partial

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import second_factor, sessions
from accounts.models import Invitation, Membership, User
from stakeholders.models import Agency

log = logging.getLogger(__name__)


def link_of(token: str) -> str:
    """The address that a token opens."""
    base: str = settings.BASE_URL
    return base + reverse("accounts:invitation", args=[token])


@transaction.atomic
def invite(
    *,
    by: User | None,
    username: str,
    name: str,
    email: str = "",
    role: str = User.Role.VIEWER,
    memberships: Sequence[tuple[Agency, str]] = (),
    by_mail: bool = False,
) -> tuple[User, str]:
    """Make a user who cannot log in yet; (user, token of the link that lets choose a password)."""
    _must_be_administrator(by)
    user = User(username=username, name=name, email=email, role=role)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    for agency, held in memberships:
        join(by=by, user=user, agency=agency, role=held)
    return user, make_link(by=by, user=user, by_mail=by_mail)


@transaction.atomic
def make_link(*, by: User | None, user: User, by_mail: bool = False) -> str:
    """The token of a new link; links of before stop working. It opens once, for seven days."""
    _must_be_administrator(by)
    if not user.is_active:
        raise ValidationError(_("Reactivate this person first."), code="inactive")
    if by_mail and not user.email:
        raise ValidationError(_("This person has no mail address."), code="email")
    now = timezone.now()
    Invitation.objects.filter(user=user).valid_at(now).update(expires=now)
    token, token_hash = Invitation.new_token()
    expires = now + Invitation.LASTS
    Invitation.objects.create(user=user, made_by=by or user, token_hash=token_hash, expires=expires)
    pghistory.create_event(user, label="link_made")
    if by_mail:
        transaction.on_commit(partial(_mail_link, user, token, expires))
    return token


@transaction.atomic
def accept(*, token: str, password: str) -> User:
    """Choose a password by a link, which then opens nothing. Raises Invitation.DoesNotExist."""
    now = timezone.now()
    invitation = Invitation.objects.of_token(token, now)
    if invitation is None:
        raise Invitation.DoesNotExist
    # Two at once: the second waits here, and then finds it used.
    if not Invitation.objects.filter(pk=invitation.pk).valid_at(now).update(used=now):
        raise Invitation.DoesNotExist
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    password_was_set(user=user)
    return user


@transaction.atomic
def password_was_set(*, user: User, but: str | None = None) -> None:
    """After a new password: every session ends (but the one with this key), every link too."""
    now = timezone.now()
    Invitation.objects.filter(user=user).valid_at(now).update(expires=now)
    sessions.end(user, but=but)
    pghistory.create_event(user, label="password_set")


@transaction.atomic
def change(*, by: User | None, user: User, name: str, email: str, role: str) -> User:
    """Correct name and mail address, or give another role."""
    _must_be_administrator(by)
    if role != User.Role.ADMINISTRATOR:
        _keep_an_administrator(user)
    user.name, user.email, user.role = name, email, role
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name", "email", "role"])
    return user


@transaction.atomic
def change_oneself(*, user: User, name: str, email: str) -> User:
    """Correct one's own name and mail address."""
    user.name, user.email = name, email
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name", "email"])
    return user


@transaction.atomic
def join(*, by: User | None, user: User, agency: Agency, role: str) -> Membership:
    """Let a person work for an agency."""
    _must_be_administrator(by)
    membership = Membership(user=user, agency=agency, role=role)
    if Membership.objects.current().filter(user=user, agency=agency, role=role).exists():
        raise ValidationError(_("This person already does this for this agency."), code="twice")
    membership.full_clean()
    membership.save()
    return membership


@transaction.atomic
def leave(*, by: User | None, membership: Membership) -> Membership:
    """End a membership; it stays on record."""
    _must_be_administrator(by)
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    if held.ended is None:
        held.ended = timezone.now()
        held.save(update_fields=["ended"])
    return held


@transaction.atomic
def transfer(*, by: User | None, membership: Membership, agency: Agency, role: str) -> Membership:
    """End a membership and begin another in one step: people are moved."""
    _must_be_administrator(by)
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    if held.ended is not None:
        raise ValidationError(_("This membership has ended already."), code="ended")
    leave(by=by, membership=held)
    return join(by=by, user=held.user, agency=agency, role=role)


@transaction.atomic
def deactivate(*, by: User | None, user: User, reason: str) -> User:
    """Let a person no longer log in: sessions and links end at once, everything else stays."""
    _must_be_administrator(by)
    _keep_an_administrator(user)
    _set_active(user, False, reason)
    now = timezone.now()
    Invitation.objects.filter(user=user).valid_at(now).update(expires=now)
    sessions.end(user)
    return user


@transaction.atomic
def reactivate(*, by: User | None, user: User, reason: str) -> User:
    """Let a person log in again, with the password of before."""
    _must_be_administrator(by)
    return _set_active(user, True, reason)


@transaction.atomic
def reset_second_factor(*, by: User | None, user: User, reason: str) -> None:
    """The telephone is lost: the next log-in sets a new one up. Every session ends."""
    _must_be_administrator(by)
    _must_have(reason)
    second_factor.remove(user)
    sessions.end(user)
    with pghistory.context(reason=reason):
        pghistory.create_event(user, label="second_factor_taken")


def confirm_second_factor(*, user: User, code: str) -> tuple[object, list[str]] | None:
    """Take one's new device into use; (device, recovery codes), or None when the code is wrong."""
    confirmed = second_factor.confirm(user, code)
    if confirmed is not None:
        pghistory.create_event(user, label="second_factor_set")
    return confirmed


@transaction.atomic
def give_up_second_factor(*, user: User) -> None:
    """Do without one's own second factor, where the role allows it."""
    if user.needs_second_factor:
        raise PermissionDenied
    second_factor.remove(user)
    pghistory.create_event(user, label="second_factor_taken")


def _set_active(user: User, active: bool, reason: str) -> User:
    _must_have(reason)
    user.is_active = active
    with pghistory.context(reason=reason):
        user.save(update_fields=["is_active"])
    return user


def _must_have(reason: str) -> None:
    if not reason.strip():
        missing = ValidationError(_("Give a reason; it stays in the history."), code="reason")
        raise ValidationError({"reason": missing})


def _must_be_administrator(by: User | None) -> None:
    if by is not None and not (by.is_active and by.is_administrator):
        raise PermissionDenied


def _keep_an_administrator(user: User) -> None:
    """Refuse what would leave nobody to let people in; two who leave at once wait here."""
    at_work = User.objects.administrators_at_work().order_by("pk").select_for_update()
    keys = [person.pk for person in at_work]
    if user.pk in keys and len(keys) == 1:
        raise ValidationError(
            _("This is the last administrator who can log in: make another one first."),
            code="last",
        )


def _mail_link(user: User, token: str, expires: dt.datetime) -> None:
    """Send the link; mail that does not leave is logged and never undoes what was done."""
    context = {"person": user, "link": link_of(token), "expires": expires}
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Your way into KERAPU")
        text = render_to_string("accounts/mail/invitation.txt", context)
    try:
        send_mail(subject, text, None, [user.email])
    except OSError:
        log.exception("The invitation of %s could not be mailed", user.username)
