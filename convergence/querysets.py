"""Reading findings, by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from convergence.models import Finding


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings in METHOD.md's words (section 6)."""

    def of(self, year: int) -> FindingQuerySet:
        """Those of a fiscal year."""
        return self.filter(year=year)

    def holding(self) -> FindingQuerySet:
        """Those whose rule holds, the accepted ones too."""
        return self.exclude(state="closed")

    def unsettled(self) -> FindingQuerySet:
        """Open or discussed."""
        return self.filter(state__in=["open", "discussed"])

    def case(self, finding: Finding) -> FindingQuerySet:
        """A finding's case, itself among them: same year, kind and evidence records."""
        return self.filter(year=finding.year, kind=finding.kind, case_key=finding.case_key)
