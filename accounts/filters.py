"""Narrowing the list of people."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import INVITED, UserQuerySet
from stakeholders.models import Agency

STATES = [("active", _("Active")), ("waiting", _("Invited")), ("ended", _("Deactivated"))]


def agencies() -> list[tuple[str, str]]:
    """Agencies by name."""
    return list(Agency.objects.order_by("name").values_list("code", "name"))


class UserFilter(filters.FilterSet):  # type: ignore[misc]  # brings no types
    """By words, role, agency, state."""

    q = filters.CharFilter(label=_("Words"), method="by_words")
    role = filters.ChoiceFilter(label=_("Role"), choices=User.Role.choices, empty_label=_("All"))
    agency = filters.ChoiceFilter(
        label=_("Agency"), choices=agencies, method="by_agency", empty_label=_("All")
    )
    state = filters.ChoiceFilter(
        label=_("State"), choices=STATES, method="by_state", empty_label=_("All")
    )

    class Meta:
        model = User
        fields = ["q", "role", "agency", "state"]

    def by_words(self, people: UserQuerySet, name: str, value: str) -> UserQuerySet:
        """Each word in name, user name or mail address."""
        for word in value.replace("\0", "").split():
            people = people.filter(
                Q(name__icontains=word) | Q(username__icontains=word) | Q(email__icontains=word)
            )
        return people

    def by_agency(self, people: UserQuerySet, name: str, value: str) -> UserQuerySet:
        """Who works for it now."""
        return people.filter(memberships__agency__code=value, memberships__ended=None).distinct()

    def by_state(self, people: UserQuerySet, name: str, value: str) -> UserQuerySet:
        """Deactivated, invited and not yet here, or at work."""
        if value == "ended":
            return people.filter(is_active=False)
        active = people.filter(is_active=True)
        return active.filter(INVITED) if value == "waiting" else active.exclude(INVITED)
