"""The page of one activity, and its steps taken there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Comment
from programs import actions
from programs.models import Activity
from tests.convergence import cast as c
from tests.pages.reading import get, links, said, text
from tests.pages.test_policy import check

pytestmark = pytest.mark.django_db
QUERIES = 20
REASON = "Volume tidak sesuai Renja"


def page_of(activity: Activity) -> str:
    return f"/activities/{activity.pk}/"


def test_everything_about_it(people, browser):
    activity = c.activity(status="verified", title="Air bersih Betok Jaya")
    c.line("A", 900, 1)
    c.line("A", 700, 3)
    c.report("A", "40", realised=300)

    page = get(browser("editor"), page_of(activity))

    seen = text(page)
    for word in ("Air bersih Betok Jaya", "Sambungan perpipaan", "Betok Jaya · Pulau Karimata"):
        assert word in seen
    assert "Rp\N{NO-BREAK SPACE}700" in page.content.decode()
    assert "40%" in seen
    assert any(link.endswith("/findings/?q=A") for link in links(page))
    check(page)


@pytest.mark.parametrize(
    ("step", "who", "before", "after"),
    [
        ("submit", "editor", "draft", "submitted"),
        ("verify", "planner", "submitted", "verified"),
        ("send-back", "planner", "submitted", "returned"),
        ("cancel", "editor", "draft", "cancelled"),
    ],
)
def test_steps(people, browser, step, who, before, after):
    activity = c.activity(status=before)
    data = {"version": "1", "reason": REASON}

    response = browser(who).post(f"{page_of(activity)}{step}", data)

    assert response.url == page_of(activity)
    assert Activity.objects.get().status == after
    for wrong in {"editor", "head", "other", "planner", "reader"} - {who}:
        refused = browser(wrong).post(f"{page_of(activity)}{step}", data)
        assert refused.status_code in {403, 404}
    assert browser(who).get(f"{page_of(activity)}{step}").status_code == 405


def test_who_sent_it_back_and_why(people, browser):
    activity = c.activity(status="submitted")
    actions.send_back(user=people["planner"], activity=activity, reason=REASON)

    page = text(get(browser("editor"), page_of(activity)))

    assert REASON in page
    assert "Lina" in page


def test_a_missing_reason_is_said_and_a_change_meanwhile_too(people, browser):
    activity = c.activity(status="submitted")
    client = browser("planner")
    response = client.post(f"{page_of(activity)}send-back", {"version": "1", "reason": " "})
    assert said("Say the reason, so that the others know what to do.") in text(response)

    Activity.objects.update(title="Lain")
    response = client.post(f"{page_of(activity)}send-back", {"version": "1", "reason": REASON})
    assert response.status_code == 200
    assert REASON in response.content.decode()  # what was typed is still there
    assert Activity.objects.get().status == "submitted"


def test_a_cancellation_is_decided(people, browser):
    activity = c.activity(status="verified")
    browser("editor").post(f"{page_of(activity)}cancel", {"version": "1", "reason": REASON})
    planner = browser("planner")
    assert REASON in text(get(planner, page_of(activity)))

    planner.post(f"{page_of(activity)}cancellation", {"action": "agree"})

    assert Activity.objects.get().status == "cancelled"


def test_comments(people, browser):
    activity = c.activity(status="submitted")
    there = f"{page_of(activity)}comment"
    browser("editor").post(there, {"text": "Sudah <b>dibahas</b>."})
    assert browser("other").post(there, {"text": "x"}).status_code == 403
    assert browser("editor").post(there, {"text": " "}).status_code == 200

    assert Comment.objects.count() == 1
    assert "Sudah <b>dibahas</b>." in text(get(browser("planner"), page_of(activity)))
    assert "Sudah" not in text(get(browser("other"), page_of(activity)))


def test_history_in_sentences(people, browser):
    activity = c.activity(status="draft")
    activity.refresh_from_db()
    activity.volume = 12
    places = [c.place(c.PADANG).pk]
    actions.save_activity(user=people["editor"], activity=activity, places=places, version=1)
    c.line("A", 1_250_000, 2)

    page = text(get(browser("editor"), page_of(activity)))

    assert f"{said('Volume')}: 10 → 12" in page
    assert said("Added: %(what)s") % {"what": "Padang · Pulau Karimata"} in page
    assert said("Removed: %(what)s") % {"what": "Betok Jaya · Pulau Karimata"} in page


def test_queries_do_not_grow(people, browser):
    activity = c.activity(status="submitted", dpa=5)
    client = browser("editor")
    counts = []
    for n in range(1, 3):
        for source in ("apbn", "dak", "csr"):
            c.line("A", n, n, source)
        c.report("A", str(10 * n), quarter=n)
        for k in range(3 * n):
            actions.comment(user=people["editor"], activity=activity, text=f"Catatan {k}")
        get(client, page_of(activity))
        with CaptureQueriesContext(connection) as captured:
            get(client, page_of(activity))
        counts.append(len(captured))
    assert counts[0] == counts[1] == QUERIES, counts
