"""What a finding is about, read from its key (METHOD.md section 5 says how keys are written)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from catalogue.models import Output
from convergence.dashboards import names
from convergence.models import Kind
from planning.models import ActionItem, Need
from programs.models import Activity

ACTIVITY, NEED, ITEM, ISLAND, OUTPUT, AGENCIES = (
    "activity", "need", "item", "island", "output", "agencies",
)  # fmt: skip
# kind → (what its key names, where in the key). The others name an activity right after the kind.
SUBJECTS = {
    Kind.UNMET_NEED: (NEED, 1),
    Kind.UNDERSUPPLY: (NEED, 1),
    Kind.MISSING_STAKEHOLDER: (NEED, 1),
    Kind.OVERSUPPLY: (NEED, 1),
    Kind.UNCOMMITTED: (ITEM, 1),
    Kind.UNSERVED_ISLAND: (ISLAND, 1),
    Kind.SAME_OUTPUT: (OUTPUT, 2),
    Kind.SAME_SUBJECT: (AGENCIES, 2),
}
READERS = {
    ACTIVITY: names.activities,
    NEED: names.needs,
    ITEM: names.items,
    ISLAND: names.islands,
    OUTPUT: names.outputs,
}


def subject(kind: str, key: str) -> tuple[str, str]:
    """(what kind of record, its code) that a finding's key names."""
    record, position = SUBJECTS.get(Kind(kind), (ACTIVITY, 1))
    parts = key.split("/")
    return record, parts[position] if position < len(parts) else ""


def titles(findings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What findings, given as (kind, key), are about, by key; of a same subject nothing is said."""
    wanted: dict[str, set[str]] = defaultdict(set)
    pairs = [(key, *subject(kind, key)) for kind, key in findings]
    for _key, record, code in pairs:
        wanted[record].add(code)
    known = {record: read(wanted[record]) for record, read in READERS.items() if record in wanted}
    return {key: known[record].get(code, code) for key, record, code in pairs if record in known}


def sectors(findings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Sector codes of findings, by key; those of no single sector are left out."""
    wanted: dict[str, set[str]] = defaultdict(set)
    pairs = [(key, *subject(kind, key)) for kind, key in findings]
    for _key, record, code in pairs:
        wanted[record].add(code)
    known = {
        ACTIVITY: Activity.objects.filter(code__in=wanted[ACTIVITY]).values_list(
            "code", "output__sector__code"
        ),
        NEED: Need.objects.filter(code__in=wanted[NEED]).values_list("code", "sector__code"),
        ITEM: ActionItem.objects.filter(code__in=wanted[ITEM], output__isnull=False).values_list(
            "code", "output__sector__code"
        ),
        OUTPUT: Output.objects.filter(code__in=wanted[OUTPUT]).values_list("code", "sector__code"),
    }
    by_record = {record: dict(rows) for record, rows in known.items() if record in wanted}
    found = ((key, by_record.get(record, {}).get(code)) for key, record, code in pairs)
    return {key: sector for key, sector in found if sector}
