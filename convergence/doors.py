"""Who may comment on a finding, and who may settle it (DOMAIN.md, "who may do what").

Findings themselves are seen by everybody who is logged in.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from convergence.models import Finding
from stakeholders.models import Agency

Person = User | AnonymousUser


def may_settle(user: Person) -> bool:
    """Verdicts are the planning agency's."""
    return isinstance(user, User) and user.is_planner


def is_concerned(user: Person, finding: Finding) -> bool:
    """Whether the person works, now, for an agency that the finding concerns."""
    if not isinstance(user, User) or not user.agency_ids:
        return False
    return Agency.objects.filter(pk__in=user.agency_ids, code__in=finding.agencies).exists()


def may_comment(user: Person, finding: Finding) -> bool:
    """Comments are written, and read, by the agencies concerned and by the planning agency."""
    return may_settle(user) or is_concerned(user, finding)
