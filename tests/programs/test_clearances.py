"""Clearances: asked with one click, answered on the authority's own desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from convergence.engine import judge
from convergence.models import Finding
from planning.models import Zone
from programs import clearing
from programs.models import Activity, Clearance, ClearanceRequest
from tests.convergence import cast as c
from tests.programs.people import person

if TYPE_CHECKING:
    from accounts.models import User

Browser = Callable[[str], Client]
GRANT = {
    "grant": "1",
    "number": "SK-7/BKSDA/2026",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "conditions": "Tanpa jangkar di terumbu",
}
AS_OF = dt.date(2026, 8, 1)


@pytest.fixture
def activity(people: dict[str, User]) -> Activity:
    """DPUPR's, in a zone whose authority is BKSDA."""
    people["authority"] = person("maya", BKSDA="head")
    c.zone()
    return c.activity()


def missing() -> list[str]:
    """Keys of the findings that say that a clearance is missing."""
    found = judge(year=2026, as_of=AS_OF).findings
    return [one["key"] for one in found if one["kind"] == "no_clearance"]


def asked(browser: Browser, activity: Activity) -> ClearanceRequest:
    zone = Zone.objects.get()
    browser("editor").post(f"/clearances/ask/{activity.code}/{zone.code}", {"note": "Mulai Juli"})
    return ClearanceRequest.objects.get()


def test_from_the_finding_to_its_end(browser: Browser, activity: Activity) -> None:
    """Asked, seen on the authority's desk, granted with conditions: the finding is gone."""
    assert len(missing()) == 1
    request = asked(browser, activity)
    desk = browser("authority").get("/clearances/").content.decode()
    assert activity.title in desk and "Mulai Juli" in desk
    answer = f"/clearances/requests/{request.pk}/"
    assert browser("authority").post(answer, GRANT).status_code == 302
    request.refresh_from_db()
    assert request.state == "granted" and request.clearance is not None
    assert request.clearance.conditions == "Tanpa jangkar di terumbu"
    assert missing() == []


def test_one_click_from_the_finding(browser: Browser, activity: Activity) -> None:
    """The agency's editor has the button there; others do not."""
    judge(year=2026, as_of=AS_OF, store=True, read=False)
    found = Finding.objects.get(kind="no_clearance")
    page = f"/2026/findings/{found.pk}/"
    button = f'action="/clearances/ask/{activity.code}/Z"'
    assert button in browser("editor").get(page).content.decode()
    for who in ("other", "planner", "reader", "authority", "head"):
        assert button not in browser(who).get(page).content.decode()


def test_refused_with_a_reason(browser: Browser, activity: Activity) -> None:
    """Without one it is not, and what was typed stays."""
    request = asked(browser, activity)
    answer = f"/clearances/requests/{request.pk}/"
    assert browser("authority").post(answer, {"refuse": "1", "answer": " "}).status_code == 200
    request.refresh_from_db()
    assert request.state == "asked"
    browser("authority").post(answer, {"refuse": "1", "answer": "Musim bertelur"})
    request.refresh_from_db()
    assert (request.state, request.answer) == ("refused", "Musim bertelur")
    assert "Musim bertelur" in browser("editor").get("/clearances/").content.decode()


def test_revoked(browser: Browser, activity: Activity, people: dict[str, User]) -> None:
    """It ends yesterday, with the reason, and the finding is there again."""
    request = asked(browser, activity)
    browser("authority").post(f"/clearances/requests/{request.pk}/", GRANT)
    clearance = Clearance.objects.get()
    Clearance.objects.update(valid_to=dt.date(2999, 12, 31))
    browser("authority").post(f"/clearances/{clearance.pk}/revoke", {"reason": "Syarat dilanggar"})
    clearance.refresh_from_db()
    assert clearance.revoked == "Syarat dilanggar"
    assert clearance.valid_to < dt.date.today() + dt.timedelta(days=1)
    with pytest.raises(ValidationError):
        clearing.revoke(user=people["authority"], clearance=clearance, reason="lagi")


def test_letter_by_its_content(browser: Browser, activity: Activity) -> None:
    """A PDF is kept and served; what only says it is one is refused, and nothing is written."""
    request = asked(browser, activity)
    answer = f"/clearances/requests/{request.pk}/"
    fake = SimpleUploadedFile("surat.pdf", b"<html>", content_type="application/pdf")
    page = browser("authority").post(answer, GRANT | {"document": fake})
    assert page.status_code == 200 and not Clearance.objects.exists()
    assert "Tanpa jangkar" in page.content.decode()
    real = SimpleUploadedFile("../surat.pdf", b"%PDF-1.7 isi", content_type="text/html")
    assert browser("authority").post(answer, GRANT | {"document": real}).status_code == 302
    letter = browser("reader").get(f"/clearances/{Clearance.objects.get().pk}/document")
    assert letter.getvalue() == b"%PDF-1.7 isi"
    assert letter["Content-Type"] == "application/pdf"
    assert 'filename="surat.pdf"' in letter["Content-Disposition"]


@pytest.mark.parametrize("who", ["editor", "other", "planner", "reader", "administrator"])
def test_only_the_authority_answers(browser: Browser, activity: Activity, who: str) -> None:
    """For everybody else the answer is not there."""
    request = asked(browser, activity)
    assert browser(who).post(f"/clearances/requests/{request.pk}/", GRANT).status_code == 404
    assert not Clearance.objects.exists()


@pytest.mark.parametrize("who", ["other", "planner", "reader", "authority"])
def test_only_the_agency_asks(browser: Browser, activity: Activity, who: str) -> None:
    """For its own activities."""
    zone = Zone.objects.get()
    assert browser(who).post(f"/clearances/ask/{activity.code}/{zone.code}").status_code == 404
    assert not ClearanceRequest.objects.exists()


def test_asked_twice_is_said(browser: Browser, activity: Activity) -> None:
    """The second is refused in words; withdrawn, it can be asked again."""
    request = asked(browser, activity)
    zone = Zone.objects.get()
    ask = f"/clearances/ask/{activity.code}/{zone.code}"
    page = browser("editor").post(ask, follow=True).content.decode()
    assert ClearanceRequest.objects.count() == 1
    assert 'class="messages"' in page
    browser("editor").post(f"/clearances/requests/{request.pk}/withdraw")
    browser("editor").post(ask)
    assert [one.state for one in ClearanceRequest.objects.order_by("pk")] == ["withdrawn", "asked"]


def test_rules_hold_without_the_pages(activity: Activity, people: dict[str, User]) -> None:
    """The functions check who may by themselves."""
    zone = Zone.objects.get()
    with pytest.raises(PermissionDenied):
        clearing.ask(user=people["authority"], activity=activity, zone=zone)
    request = clearing.ask(user=people["editor"], activity=activity, zone=zone)
    day = dt.date(2026, 5, 1)
    with pytest.raises(PermissionDenied):
        clearing.grant(
            user=people["editor"], request=request, number="1", valid_from=day, valid_to=day
        )
    with pytest.raises(ValidationError):
        clearing.grant(
            user=people["authority"],
            request=request,
            number="1",
            valid_from=day,
            valid_to=day - dt.timedelta(days=1),
        )
