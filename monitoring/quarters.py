"""The quarters of a fiscal year, and the day until which a report is not late (METHOD.md 4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from programs.models import Activity

GRACE = dt.timedelta(days=15)


@dataclass(frozen=True)
class Quarter:
    """A quarter of a fiscal year."""

    year: int
    number: int

    @property
    def first_day(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> dt.date:
        """Its last day."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1).first_day - dt.timedelta(
            days=1
        )

    @property
    def due(self) -> dt.date:
        """The last day on which its report is in time."""
        return self.last_day + GRACE

    def touches(self, activity: Activity) -> bool:
        """Whether a day of the activity lies in it."""
        return activity.first_day <= self.last_day and activity.last_day >= self.first_day


def quarters_of(activity: Activity, today: dt.date) -> list[Quarter]:
    """The quarters that an activity touches and that have begun, the latest first."""
    years = range(activity.first_day.year, min(activity.last_day.year, today.year) + 1)
    begun = [Quarter(year, number) for year in years for number in (1, 2, 3, 4)]
    return [one for one in reversed(begun) if one.touches(activity) and one.first_day <= today]
