"""Who may come in where: DOMAIN.md's table "States, and who may do what", address by address."""

from __future__ import annotations

from typing import Any

from .addresses import (
    ADMINISTRATORS,
    AUTHORITY,
    EDITOR,
    EVERYBODY,
    HEAD,
    NOBODY,
    OTHER,
    PLANNERS,
    Address,
    for_all,
    only,
)

YEAR = 2026
SCREENS = tuple(
    f"screen-{name}"
    for name in ("sectors", "outputs", "agencies", "mandates", "needs", "zones", "islands")
)
OWN, FOREIGN = frozenset({EDITOR, HEAD}), frozenset({OTHER})
OWN_EDITOR, AUTHORITIES = frozenset({EDITOR}), frozenset({AUTHORITY})

# Only through a link that one was sent, which has a test of its own.
SKIPPED = {
    "accounts:invitation": "a link that works once: tests/accounts",
    "accounts:choose_anew": "a link that works once: tests/accounts",
    "accounts:code": "the second step of a log-in: tests/accounts",
    "accounts:set_up": "the second factor of oneself: tests/accounts",
    "accounts:codes": "the recovery codes of oneself: tests/accounts",
    "accounts:remove_second_factor": "the second factor of oneself: tests/accounts",
    "exchange:import": "a job that a file has begun: tests/exchange/test_import_page.py",
    "exchange:carry_out": "a job that a file has begun: tests/exchange/test_import_page.py",
    "exchange:api:None": "what answers where nothing is: tests/exchange",
}


def pk(record: Any) -> tuple[Any, ...]:
    """A record by its number."""
    return (record.pk,)


def code(record: Any) -> tuple[Any, ...]:
    """A record by its code."""
    return (record.code,)


def of_year(record: Any) -> tuple[Any, ...]:
    """A year, and a record by its number where there is one."""
    return (YEAR,) if record is None else (YEAR, record.pk)


def slug(screen: str) -> tuple[Any, ...]:
    """A screen by its name."""
    return (screen,)


def of_needs(need: Any) -> tuple[Any, ...]:
    """A record of the screen of needs."""
    return ("needs", need.pk)


def seen(**arguments: Any) -> Address:
    """An activity is seen by everyone once submitted, before by its agency and the planners."""
    may = {f"own-{status}": EVERYBODY for status in ("submitted", "verified", "cancelled")}
    may |= {f"foreign-{status}": EVERYBODY for status in ("submitted", "verified", "cancelled")}
    may |= {f"own-{status}": OWN | PLANNERS for status in ("draft", "returned")}
    may |= {f"foreign-{status}": FOREIGN | PLANNERS for status in ("draft", "returned")}
    return Address(may, **arguments)


def by_editor() -> Address:
    """What only the editor of the activity's agency does."""
    return Address(
        {
            "own-draft": OWN_EDITOR,
            "own-verified": OWN_EDITOR,
            "foreign-draft": FOREIGN,
            "own-cancelled": NOBODY,
        },
        "post",
        arguments=pk,
    )


def by_planner() -> Address:
    """What only the planning agency does."""
    return Address({"own-submitted": PLANNERS, "foreign-submitted": PLANNERS}, "post", arguments=pk)


RULES: dict[str, Address] = {
    "health": for_all(open_to_all=True),
    "guide": for_all(open_to_all=True),
    "set_language": for_all(method="post", open_to_all=True),
    # People
    "accounts:login": for_all(open_to_all=True),
    "accounts:logout": for_all(method="post", open_to_all=True),
    "accounts:reset": for_all(open_to_all=True),
    "accounts:reset_sent": for_all(open_to_all=True),
    "accounts:me": for_all(),
    "accounts:password": for_all(),
    "accounts:sessions": for_all(),
    "accounts:end_sessions": for_all(method="post"),
    "accounts:people": only(ADMINISTRATORS),
    "accounts:invite": only(ADMINISTRATORS),
    "accounts:person": Address({"person": ADMINISTRATORS}, arguments=pk),
    **{
        f"accounts:{step}": Address({"person": ADMINISTRATORS}, "post", arguments=pk)
        for step in ("change", "join", "link", "deactivate", "reactivate", "reset_second_factor")
    },
    **{
        f"accounts:{step}": Address({"membership": ADMINISTRATORS}, "post", arguments=pk)
        for step in ("leave", "transfer")
    },
    # Plans
    "programs:activities": for_all(),
    "programs:create": only(frozenset({EDITOR, OTHER})),
    "programs:inbox": only(PLANNERS),
    "programs:places": for_all(),
    "programs:by_code": seen(arguments=code),
    "programs:activity": seen(arguments=pk),
    "programs:change": Address(
        {"own-draft": OWN_EDITOR, "foreign-draft": FOREIGN, "own-cancelled": NOBODY}, arguments=pk
    ),
    "programs:submit": by_editor(),
    "programs:cancel": by_editor(),
    "programs:verify": by_planner(),
    "programs:send_back": by_planner(),
    "programs:decide": by_planner(),
    "programs:comment": Address(
        {"own-submitted": OWN | PLANNERS, "foreign-submitted": FOREIGN | PLANNERS},
        "post",
        arguments=pk,
    ),
    "programs:clearances": for_all(),
    "programs:ask_clearance": Address(
        {"own-submitted": OWN_EDITOR, "foreign-submitted": FOREIGN, "foreign-draft": FOREIGN},
        "post",
        arguments=lambda activity: (activity.code, "Z"),
    ),
    "programs:answer_clearance": Address({"request": AUTHORITIES}, arguments=pk),
    "programs:withdraw_clearance": Address({"request": OWN_EDITOR}, "post", arguments=pk),
    "programs:revoke_clearance": Address({"clearance": AUTHORITIES}, "post", arguments=pk),
    "programs:clearance_document": Address({"clearance": NOBODY}, arguments=pk),  # it has none
    "monitoring:report": Address(
        {"own-verified": OWN_EDITOR, "foreign-verified": FOREIGN, "foreign-draft": FOREIGN},
        arguments=lambda activity: (activity.pk, YEAR, 1),
    ),
    # The judgement
    "convergence:home": for_all(),
    **{
        f"convergence:{page}": Address({"": EVERYBODY}, arguments=of_year)
        for page in (
            "year",
            "freshness",
            "heat_village",
            "heat_island",
            "map",
            "map_data",
            "findings",
            "findings_csv",
        )
    },
    "convergence:area": Address({"": EVERYBODY}, arguments=lambda _none: (YEAR, "61.11.06.2002")),
    "convergence:finding": Address({"finding": EVERYBODY}, arguments=of_year),
    "convergence:settle": Address({"finding": PLANNERS}, "post", arguments=of_year),
    "convergence:settle_cases": Address({"": PLANNERS}, "post", arguments=of_year),
    "convergence:comment": Address({"finding": OWN | PLANNERS}, "post", arguments=of_year),
    # The API
    "exchange:api:activity-list": for_all(),
    "exchange:api:activity-detail": seen(arguments=code),
    "exchange:api:finding-list": for_all(),
    "exchange:api:finding-detail": Address({"finding": EVERYBODY}, arguments=pk),
    "exchange:api:figure-list": for_all(),
    "exchange:api:schema": for_all(),
    "exchange:api:docs": for_all(),
    "exchange:tokens": only(ADMINISTRATORS),
    "exchange:revoke": Address({"token": ADMINISTRATORS}, "post", arguments=pk),
    # Reference data: everybody reads, the planning agency keeps
    "exchange:imports": only(PLANNERS | ADMINISTRATORS),
    "exchange:sources": for_all(),
    "screens:index": for_all(),
    "screens:records": Address(dict.fromkeys(SCREENS, EVERYBODY), arguments=slug),
    "screens:csv": Address(dict.fromkeys(SCREENS, EVERYBODY), arguments=slug),
    "screens:create": Address({"screen-needs": PLANNERS}, arguments=slug),
    "screens:resolve": Address(
        {"screen-needs": PLANNERS}, arguments=lambda screen: (screen, "places")
    ),
    "screens:record": Address({"need": EVERYBODY}, arguments=of_needs),
    "screens:change": Address({"need": PLANNERS}, arguments=of_needs),
    "screens:delete": Address({"need": PLANNERS}, arguments=of_needs),
}
