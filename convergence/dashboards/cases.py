"""Findings as rows that people read: single ones, or one row a case with its places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Sum
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convergence import snapshots
from convergence.dashboards import names, subjects
from convergence.models import Finding, Kind
from convergence.querysets import FindingQuerySet
from core import formats

# What a list can be sorted by → the order in which the rows of either kind come.
ORDERS = {
    "severity": ("-severity", "-amount", "kind"),
    "amount": ("-amount", "-severity", "kind"),
    "kind": ("kind", "-severity", "-amount"),
    "newest": ("-changed", "-severity", "-amount"),
}
ORDER_NAMES = {
    "severity": gettext_lazy("Most severe first"),
    "amount": gettext_lazy("Largest amount first"),
    "newest": gettext_lazy("Latest change first"),
    "kind": gettext_lazy("By kind"),
}


@dataclass(frozen=True)
class FindingLine:
    """A row of the list: one finding, or the findings of a case."""

    pk: int
    kind: Kind
    about: str
    agencies: list[str]
    places: list[str]
    severity: int
    amount: int
    states: list[Finding.State]
    count: int
    case_key: str
    key: str
    # For who may settle: the case as it is, however much of it the filter shows.
    ticket: str = ""
    settles: int = 0

    @property
    def ticket_pk(self) -> int:
        """The finding that the ticket names; 0 without one."""
        return int(self.ticket.partition(":")[0] or 0)

    @property
    def more_places(self) -> int:
        """How many places are not named in the row."""
        return len(self.places) - 2


@dataclass(frozen=True)
class Totals:
    """What the filter lets through; the list's foot."""

    findings: int
    cases: int
    amount: int


def totals(found: FindingQuerySet) -> Totals:
    """Count and sum of a filtered list."""
    sums = found.aggregate(
        findings=Count("pk"), cases=Count("case_key", distinct=True), amount=Sum("amount")
    )
    return Totals(sums["findings"], sums["cases"], sums["amount"] or 0)


def singles(found: FindingQuerySet, sort: str) -> FindingQuerySet:
    """Single findings in order."""
    return found.order_by(*ORDERS[sort], "key")


def cases(found: FindingQuerySet, sort: str) -> Any:
    """One row a case (METHOD.md section 6), in order; rows of values."""
    return (
        found.order_by()
        .values("kind", "case_key")
        .annotate(
            count=Count("pk"),
            # Names that differ from the columns: an aggregate may not hide what it is made of.
            top_severity=Max("severity"),
            sum_amount=Sum("amount"),
            last_changed=Max("changed"),
            first_key=Min("key"),
            states=ArrayAgg("state", distinct=True),
        )
        .order_by(*(_of_case(name) for name in ORDERS[sort]), "first_key")
    )


def _of_case(name: str) -> str:
    renamed = {"severity": "top_severity", "amount": "sum_amount", "changed": "last_changed"}
    sign, bare = ("-", name[1:]) if name.startswith("-") else ("", name)
    return sign + renamed.get(bare, bare)


def case_lines(page: Iterable[dict[str, Any]], found: FindingQuerySet) -> list[FindingLine]:
    """Rows for a page of cases, with the names of all that they concern."""
    rows = list(page)
    members: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for finding in _values(found.filter(case_key__in=[row["case_key"] for row in rows])):
        members[finding["kind"], finding["case_key"]].append(finding)
    groups = [members[row["kind"], row["case_key"]] for row in rows]
    return _lines(groups)


def with_tickets(year: int, lines: list[FindingLine]) -> list[FindingLine]:
    """The same rows, each with what its case is now, so that many can be settled together."""
    rows = Finding.objects.of(year).filter(case_key__in=[line.case_key for line in lines])
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for row in rows.holding().only(
        "pk", "kind", "key", "case_key", "state", "verdict", "severity", "amount", "members"
    ):
        found[row.kind, row.case_key].append(row)
    return [_with_ticket(line, found[line.kind.value, line.case_key]) for line in lines]


def _with_ticket(line: FindingLine, case: list[Finding]) -> FindingLine:
    unsettled = [one for one in case if one.state != Finding.State.ACCEPTED]
    if not unsettled:
        return line
    return replace(line, ticket=Ticket.of(case).text, settles=len(unsettled))


@dataclass(frozen=True)
class Ticket:
    """A case as a row of the list carries it: one of its findings, and what it was like."""

    pk: int
    digest: str

    @classmethod
    def of(cls, case: list[Finding]) -> Ticket:
        """Of a case that holds; the finding named is an unsettled one where there is one."""
        first = min(case, key=lambda one: (one.state == Finding.State.ACCEPTED, one.pk))
        return cls(first.pk, snapshots.digest(snapshots.snapshot(case)))

    @classmethod
    def read(cls, text: str) -> Ticket | None:
        """What a form sends; None for what is none."""
        pk, _colon, digest = text.partition(":")
        return cls(int(pk), digest) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None

    @property
    def text(self) -> str:
        return f"{self.pk}:{self.digest}"


def finding_lines(page: Iterable[Finding]) -> list[FindingLine]:
    """Rows for a page of single findings."""
    keys = [finding.pk for finding in page]
    by_key = {row["pk"]: row for row in _values(Finding.objects.filter(pk__in=keys))}
    return _lines([[by_key[pk]] for pk in keys if pk in by_key])


def _values(found: FindingQuerySet) -> Any:
    """What a row needs; of the evidence only the first activity's title, not the whole proof."""
    return (
        found.annotate(first_title=KT("evidence__activities__0__title"))
        .order_by("-severity", "-amount", "key")
        .values(
            "pk", "kind", "key", "agencies", "places", "severity", "amount", "state", "case_key",
            "first_title",
        )
    )  # fmt: skip


def _lines(groups: Sequence[list[dict[str, Any]]]) -> list[FindingLine]:
    findings = [finding for group in groups for finding in group]
    titles = subjects.titles((finding["kind"], finding["key"]) for finding in findings)
    agencies = names.agencies(code for finding in findings for code in finding["agencies"])
    places = names.places(code for finding in findings for code in finding["places"])
    return [_line(group, titles, agencies, places) for group in groups if group]


def _line(
    group: list[dict[str, Any]], titles: names.Names, agencies: names.Names, places: names.Names
) -> FindingLine:
    first = group[0]
    return FindingLine(
        pk=first["pk"],
        kind=Kind(first["kind"]),
        about=titles.get(first["key"]) or first["first_title"] or first["key"],
        agencies=_named({code for row in group for code in row["agencies"]}, agencies),
        places=_named({code for row in group for code in row["places"]}, places),
        severity=max(row["severity"] for row in group),
        amount=sum(row["amount"] for row in group),
        states=[Finding.State(state) for state in sorted({row["state"] for row in group})],
        count=len(group),
        case_key=first["case_key"],
        key=first["key"],
    )


def _named(codes: set[str], known: names.Names) -> list[str]:
    """Names in the order of a printed list; a code whose record is gone stands for itself."""
    return sorted((known.get(code, code) for code in codes), key=lambda name: (name.lower(), name))


def export_header() -> list[str]:
    """Titles of the exported columns, in the reader's language."""
    return [
        _("Kind"), _("About"), _("Severity"), _("Amount at stake (Rp)"), _("Agencies"),
        _("Places"), _("State"), _("Verdict"), _("Reason"), _("Year"), _("Key"), _("Link"),
    ]  # fmt: skip


def export_rows(found: FindingQuerySet, link: Callable[[int], str]) -> list[list[Any]]:
    """Findings in words, one a row; `link` gives the address of a finding's page."""
    rows = list(
        found.annotate(first_title=KT("evidence__activities__0__title")).values(
            "pk", "kind", "key", "agencies", "places", "severity", "amount", "state", "verdict",
            "reason", "year", "first_title",
        )
    )  # fmt: skip
    titles = subjects.titles((row["kind"], row["key"]) for row in rows)
    agencies = names.agencies(code for row in rows for code in row["agencies"])
    places = names.places(code for row in rows for code in row["places"])
    return [
        [
            str(Kind(row["kind"]).label),
            titles.get(row["key"]) or row["first_title"] or row["key"],
            f"{row['severity']} {formats.severity_word(row['severity'])}",
            row["amount"],
            "; ".join(_named(set(row["agencies"]), agencies)),
            "; ".join(_named(set(row["places"]), places)),
            str(Finding.State(row["state"]).label),
            str(Finding.Verdict(row["verdict"]).label) if row["verdict"] else "",
            row["reason"],
            row["year"],
            row["key"],
            link(row["pk"]),
        ]
        for row in rows
    ]


SIBLINGS = 100  # of a case with more places, the list of findings shows all


def whole(finding: Finding) -> list[Finding]:
    """Every finding of its case, itself and closed ones among them, the most severe first."""
    rows = Finding.objects.case(finding).only(
        "pk", "key", "places", "severity", "amount", "state", "verdict", "members"
    )
    return list(rows.order_by("-severity", "-amount", "key"))


def first_title(finding: Finding) -> str:
    """Title of the first activity in its evidence; empty where there is none."""
    activities = finding.evidence.get("activities") or [{}]
    return str(activities[0].get("title", ""))


@dataclass(frozen=True)
class PlaceLink:
    """A place in words, and the code of its page: the island's, else the village's."""

    name: str
    code: str


def place_links(codes: Iterable[str], known: names.Names) -> list[PlaceLink]:
    """Places by name, each with the page that shows it."""
    links = [PlaceLink(known.get(code, code), _page_of(code)) for code in codes]
    return sorted(links, key=lambda link: (link.name.lower(), link.name))


def _page_of(place: str) -> str:
    village, _at, island = place.partition("@")
    return village if island in {"", "-"} else island
