"""When an activity was last changed: itself, its places, its budget lines, its reports.

Read from the histories that the database keeps, so that no writer can forget it; a line that was
taken away is a change too.
"""

from __future__ import annotations

import datetime as dt

from django.apps import apps
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from programs.models import Activity

# Each history with the column that holds the activity.
HISTORIES = (
    ("programs", "ActivityEvent", "pgh_obj_id"),
    ("programs", "ActivityPlaceEvent", "activity_id"),
    ("budgets", "BudgetLineEvent", "activity_id"),
    ("monitoring", "ReportEvent", "activity_id"),
)


def with_change(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """Each with `changed`; none for one whose history was lost."""
    moments = [
        Subquery(
            apps.get_model(app, model)
            ._default_manager.filter(**{column: OuterRef("pk")})
            .order_by()
            .values(column)
            .annotate(latest=Max("pgh_created_at"))
            .values("latest")
        )
        for app, model, column in HISTORIES
    ]
    return activities.annotate(changed=Greatest(*moments))


def changed_since(activities: QuerySet[Activity], moment: dt.datetime) -> QuerySet[Activity]:
    """Those that were changed at this moment or after it."""
    wanted = Q()
    for app, model, column in HISTORIES:
        events = apps.get_model(app, model)._default_manager.filter(pgh_created_at__gte=moment)
        wanted |= Q(pk__in=events.order_by().values(column))
    return activities.filter(wanted)
