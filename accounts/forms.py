"""What people type about themselves and others; the rules are the models'."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from stakeholders.models import Agency

T = TypeVar("T")
RESET_MAIL_EVERY = 5 * 60  # seconds; nobody's mail box is filled from the log-in page


def carry_out(form: forms.Form, action: Callable[[], T]) -> T | None:
    """Do it; a refusal is said at the form, and None returned."""
    try:
        return action()
    except ValidationError as refusal:
        errors = refusal.error_dict if hasattr(refusal, "error_dict") else {None: refusal}
        for field, error in errors.items():
            form.add_error(field if field in form.fields else None, error)
        return None


class LoginForm(auth.AuthenticationForm):
    """The door: user name or mail address, and password."""

    error_messages = {
        "invalid_login": _("User name or password is not right."),
        "inactive": _("User name or password is not right."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        field = self.fields["username"]
        assert isinstance(field, forms.CharField)
        field.max_length = 254  # a mail address may be longer than a user name
        field.widget.attrs["maxlength"] = "254"
        field.label = _("User name or mail address")


class ResetForm(auth.PasswordResetForm):
    """Asking for a link by mail: the same answer whoever asks, one mail in five minutes."""

    def get_users(self, email: str) -> Any:
        """Those with this address who have not been sent one just now."""
        for user in super().get_users(email):
            if cache.add(f"reset-mail-{user.pk}", 1, RESET_MAIL_EVERY):
                yield user


class CodeForm(forms.Form):
    """A code of the second factor, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )


class PasswordAgainForm(forms.Form):
    """The password once more, before something that opens doors is changed."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Whether it is the person's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("The password is not right."), code="password")
        return password


class OneselfForm(PasswordAgainForm):
    """One's own name and mail address; a new address wants the password."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("Mail address"), required=False)
    field_order = ["name", "email", "password"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Only needed for another mail address.")

    def clean_password(self) -> str:
        """Asked for when the address, by which a password is reset, becomes another."""
        if self.cleaned_data.get("email", self.user.email) == self.user.email:
            return ""
        return super().clean_password()


class PersonForm(forms.Form):
    """Name, mail address and role of somebody."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("Mail address"), required=False)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=User.Role.choices,
        help_text=_(
            "Readers who enter plans or head an agency get that right from a membership below."
            " The planning agency and administrators log in with a second factor."
        ),
    )


class MembershipForm(forms.Form):
    """For which agency, as what."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    role = forms.ChoiceField(label=_("As"), choices=Membership.Role.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Agency.objects.order_by("name")


class ReasonForm(forms.Form):
    """Why; it stays in the history."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class InviteForm(PersonForm):
    """Who is invited, for which agency, and how the link reaches the person."""

    LINK, MAIL = "link", "mail"

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("Small letters, digits, point and hyphen; it stays the same for ever."),
    )
    agency = forms.ModelChoiceField(
        label=_("Agency"), queryset=Agency.objects.none(), required=False
    )
    held = forms.ChoiceField(
        label=_("As"), choices=[("", "–"), *Membership.Role.choices], required=False
    )
    how = forms.ChoiceField(
        label=_("How the link gets there"),
        choices=[
            (LINK, _("I hand it over myself (shown once)")),
            (MAIL, _("By mail")),
        ],
    )
    field_order = ["name", "username", "email", "role", "agency", "held", "how"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["agency"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Agency.objects.order_by("name")

    def clean_username(self) -> str:
        """A name that nobody takes for a mail address, and that can be said on the telephone."""
        username: str = self.cleaned_data["username"].strip().lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", username):
            raise ValidationError(_("Only small letters, digits, point and hyphen."), code="name")
        return username

    def clean(self) -> dict[str, Any]:
        """Agency and what for go together; a mail needs an address."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("agency")) != bool(data.get("held")):
            self.add_error("held", _("Give agency and what for together, or neither."))
        if data.get("how") == self.MAIL and not data.get("email"):
            self.add_error("email", _("A mail needs an address."))
        return data


def base_url() -> dict[str, str]:
    """What a mail needs to make its links, whatever host the page was asked from."""
    return {"base_url": settings.BASE_URL}
