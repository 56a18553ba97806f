"""What a reviewer saw of a case when the form was made, and what has changed since.

It travels with the form, signed and packed, so that the second of two reviewers can be shown both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

from convergence.models import Finding

SALT = "convergence.snapshots"


@dataclass(frozen=True)
class Seen:
    """A finding as it was seen; not closed."""

    key: str
    state: str
    verdict: str
    severity: int
    amount: int
    members: tuple[str, ...]


Snapshot = dict[int, Seen]


@dataclass(frozen=True)
class Change:
    """A finding of the case that is otherwise now; None where it was not, or is no more."""

    pk: int
    before: Seen | None
    now: Seen | None


def snapshot(case: Iterable[Finding]) -> Snapshot:
    """What there is to see of a case: its findings that hold."""
    return {
        one.pk: Seen(one.key, one.state, one.verdict, one.severity, one.amount, tuple(one.members))
        for one in case
        if one.state != Finding.State.CLOSED
    }


def changes(before: Snapshot, now: Snapshot) -> list[Change]:
    """What differs between two looks, by key."""
    pks = {pk for pk in before | now if before.get(pk) != now.get(pk)}
    found = [Change(pk, before.get(pk), now.get(pk)) for pk in pks]
    return sorted(found, key=lambda change: (change.now or change.before or NOBODY).key)


NOBODY = Seen("", "", "", 0, 0, ())


def differs(seen: Snapshot | str, now: Snapshot) -> bool:
    """Whether the case is otherwise than it was seen; of a list, only the digest was kept."""
    return digest(now) != seen if isinstance(seen, str) else seen != now


def pack(seen: Snapshot) -> str:
    """As a form carries it."""
    rows = [[pk, one.key, one.state, one.verdict, one.severity, one.amount, one.members]
            for pk, one in seen.items()]  # fmt: skip
    return signing.dumps(rows, salt=SALT, compress=True)


def unpack(text: str) -> Snapshot | None:
    """What a form has carried; None for what we did not write."""
    try:
        rows = signing.loads(text, salt=SALT)
        return {
            pk: Seen(key, state, verdict, severity, amount, tuple(members))
            for pk, key, state, verdict, severity, amount, members in rows
        }
    except (signing.BadSignature, TypeError, ValueError):
        return None


def digest(seen: Snapshot) -> str:
    """The same in a few letters, for lists of many cases."""
    rows = [[pk, seen[pk].state, seen[pk].verdict, seen[pk].severity, seen[pk].amount,
             seen[pk].members] for pk in sorted(seen)]  # fmt: skip
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
