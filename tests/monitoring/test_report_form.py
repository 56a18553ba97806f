"""Reporting a quarter by browser."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session

from core.drafts import new_token
from monitoring.models import Report
from monitoring.quarters import Quarter, quarters_of
from programs.models import Activity
from tests.convergence import cast as c
from tests.pages.reading import get, text
from tests.programs.test_conflict import again

pytestmark = pytest.mark.django_db


def page_of(activity: Activity, quarter: int = 3) -> str:
    return f"/activities/{activity.pk}/reports/2026/{quarter}"


def typed(people, **changes) -> dict:
    """A report as a browser sends it."""
    values = {
        "form_token": new_token(people["editor"].pk), "version": "", "physical": "42,5",
        "realised": "1.250.000", "dated": "2026-10-10", "status": "submitted",
    }  # fmt: skip
    return values | changes


def test_reported(people, browser):
    activity = c.activity(status="verified")
    client = browser("editor")
    assert "15" in text(get(client, page_of(activity)))

    assert client.post(page_of(activity), typed(people)).status_code == 302

    report = Report.objects.get()
    assert (report.year, report.quarter, report.realised) == (2026, 3, 1_250_000)
    assert str(report.physical).startswith("42.5")
    assert Activity.objects.get().status == "verified"


def test_changed(people, browser):
    activity = c.activity(status="verified")
    c.report("A", "10", quarter=3)
    data = typed(people, version="1", physical="60")
    assert browser("editor").post(page_of(activity), data).status_code == 302
    assert Report.objects.get().physical == 60


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"physical": "101"}, "physical", "physical"),
        ({"physical": ""}, "physical", "blank"),
        ({"physical": "separuh"}, "physical", "quantity"),
        ({"realised": "-1"}, "realised", "negative"),
        ({"dated": ""}, "dated", "blank"),
        ({"status": "x"}, "status", "invalid_choice"),
    ],
)
def test_refused(people, browser, changes, field, code):
    response = browser("editor").post(page_of(c.activity()), typed(people, **changes))
    assert [one.code for one in response.context["form"].errors.as_data()[field]] == [code]
    assert response.context["form"][field].value() == changes[field]
    assert not Report.objects.exists()


def test_sent_twice_is_one(people, browser):
    client, data, page = browser("editor"), typed(people), page_of(c.activity())
    assert [client.post(page, data).status_code for _time in range(2)] == [302, 302]
    assert Report.objects.count() == 1


@pytest.mark.parametrize("version", ["", "1"])
def test_two_editors(people, browser, version):
    """The other one wrote the report while this one's was new, or changed it."""
    activity = c.activity()
    c.report("A", "10", quarter=3)
    if version:
        Report.objects.update(physical=20)
    client = browser("editor")

    told = client.post(page_of(activity), typed(people, version=version))
    assert {one.name for one in told.context["differences"]} >= {"physical", "realised"}
    assert client.post(page_of(activity), again(told)).status_code == 302

    assert str(Report.objects.get().physical).startswith("42.5")


def test_a_lost_log_in(people, browser):
    client, page = browser("editor"), page_of(c.activity())
    Session.objects.all().delete()
    client.post(page, typed(people, physical="77"))
    client.force_login(people["editor"])
    assert get(client, page).context["form"]["physical"].value() == "77"


@pytest.mark.parametrize("who", ["head", "other", "planner", "administrator", "reader", ""])
def test_doors(people, browser, who):
    page = page_of(c.activity(status="verified"))
    for method in (browser(who).get, browser(who).post):
        assert method(page).status_code == (404 if who else 302)
    assert browser("editor").get(page_of(Activity.objects.get(), 5)).status_code == 404


def test_drafts_are_the_agencys(people):
    c.activity(status="verified")
    c.report("A", "10", quarter=1)
    Report.objects.update(status="draft")
    for who, seen in {"editor": 1, "head": 1, "planner": 1, "other": 0, "reader": 0}.items():
        assert Report.objects.visible_to(people[who]).count() == seen


def test_quarters():
    assert [Quarter(2026, n).due for n in (1, 2, 3, 4)] == [
        dt.date(2026, 4, 15), dt.date(2026, 7, 15), dt.date(2026, 10, 15), dt.date(2027, 1, 15),
    ]  # fmt: skip
    activity = Activity(first_day=dt.date(2026, 6, 30), last_day=dt.date(2027, 1, 1))
    found = quarters_of(activity, dt.date(2027, 3, 1))
    assert [(one.year, one.number) for one in found] == [(2027, 1), (2026, 4), (2026, 3), (2026, 2)]
    assert quarters_of(activity, dt.date(2026, 5, 1))[0].number == 2


@pytest.mark.parametrize(
    ("status", "stage", "late"),
    [("verified", 3, True), ("verified", 2, False), ("submitted", 3, False)],
)
def test_late_is_what_the_method_says(people, status, stage, late):
    """Counted, funded, the due day over, and no report sent; a draft is none."""
    from monitoring.page import rows

    activity = c.activity(status=status)
    activity.refresh_from_db()
    c.line("A", 5, stage)
    c.report("A", "10", quarter=2, status="draft")

    found = rows(activity, people["editor"], dt.date(2026, 7, 16))

    assert [(row.quarter.number, row.is_late) for row in found] == [(3, False), (2, late)]
    assert not any(row.is_late for row in rows(activity, people["editor"], dt.date(2026, 7, 15)))
