"""Entering and changing an activity: saved, or kept with what is wrong beside it."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from budgets.models import BudgetLine
from catalogue.models import Output
from core.drafts import new_token
from programs.models import Activity
from stakeholders.models import Agency
from tests.convergence import cast as c
from tests.pages.reading import get, said, text

pytestmark = pytest.mark.django_db
NEW = "/activities/new"
QUERIES = 14


def typed(people, **changes) -> dict:
    """A form as a browser sends it, complete; `None` leaves a field out."""
    values = {
        "form_token": new_token(people["editor"].pk),
        "version": "1",
        "agency": str(Agency.objects.get(code="DPUPR").pk),
        "programme": "Penyediaan air minum",
        "title": "Sambungan air Betok Jaya",
        "output": str(Output.objects.get(code="AIR-01").pk),
        "volume": "12,5",
        "first_day": "2026-04-01",
        "last_day": "2026-11-30",
        "place": [str(c.place(c.BETOK).pk)],
        "places_text": "",
        "action_item": "",
        "code": "",
        "lines-count": "1",
        "lines-0-id": "",
        "lines-0-version": "",
        "lines-0-year": "2026",
        "lines-0-source": "apbd_kab",
        "lines-0-stage": "2",
        "lines-0-amount": "1.250.000",
        "lines-0-place": "",
        "action": "save",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def errors(response) -> dict[str, list[str]]:
    """Codes of the errors of the activity's form by field."""
    form = response.context["form"]
    return {name: [one.code for one in found.as_data()] for name, found in form.errors.items()}


def test_entered_and_submitted(people, browser):
    client = browser("editor")
    assert said("Enter an activity") in text(get(client, NEW))

    response = client.post(NEW, typed(people, action="submit"))

    activity = Activity.objects.get()
    assert response.url.startswith(f"/activities/{activity.pk}/?saved=")
    assert (activity.code, activity.status, str(activity.volume)[:4]) == (
        "KG-DPUPR-0001", "submitted", "12.5",
    )  # fmt: skip
    assert list(activity.places.values_list("code", flat=True)) == [c.BETOK]
    line = activity.lines.get()
    assert (line.code, line.year, line.source, line.stage, line.amount) == (
        "AG-KG-DPUPR-0001-0001", 2026, "apbd_kab", 2, 1_250_000,
    )  # fmt: skip
    steps = [(step.before, step.after) for step in activity.steps.all()]
    assert steps == [("draft", "draft"), ("draft", "submitted")]


def test_a_draft_without_places_and_lines(people, browser):
    data = typed(people, place=[], **{"lines-0-amount": "", "lines-0-source": ""})
    assert browser("editor").post(NEW, data).status_code == 302
    activity = Activity.objects.get()
    assert (activity.status, activity.places.count(), activity.lines.count()) == ("draft", 0, 0)


@pytest.mark.parametrize(("unknown", "code"), [(None, 200), ("on", 302)])
def test_to_submit_one_says_that_places_are_not_known_yet(people, browser, unknown, code):
    data = typed(people, place=[], places_unknown=unknown, action="submit")
    assert browser("editor").post(NEW, data).status_code == code


def test_places_by_the_notation(people, browser):
    zone = c.zone()
    data = typed(people, place=[], places_text=f"61.11.06.2003; #{zone.code}")
    assert browser("editor").post(NEW, data).status_code == 302
    assert set(Activity.objects.get().places.values_list("code", flat=True)) >= {c.PADANG}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": ""}, "title", "blank"),
        ({"output": ""}, "output", "blank"),
        ({"output": "x"}, "output", "invalid_choice"),
        ({"volume": ""}, "volume", "blank"),
        ({"volume": "1.250,5"}, "volume", "quantity"),
        ({"volume": "-1"}, "volume", "volume"),
        ({"first_day": "1 April"}, "first_day", "day"),
        ({"last_day": "2026-02-30"}, "last_day", "day"),
        ({"last_day": "2026-03-31"}, "last_day", "days"),
        ({"code": "a b"}, "code", "code"),
        ({"place": ["999999"]}, "place", "unknown_place"),
        ({"places_text": "Betok"}, "places_text", "malformed"),
        ({"places_text": "61.04"}, "places_text", "outside"),
        ({"places_unknown": "on"}, "places_unknown", "places"),
    ],
)
def test_what_is_wrong_stands_beside_it_and_nothing_is_lost(people, browser, changes, field, code):
    data = typed(people, **changes)
    response = browser("editor").post(NEW, data)

    assert response.status_code == 200
    assert errors(response)[field] == [code]
    page = response.content.decode()
    assert 'id="problems"' in page
    assert f'id="id_{field}_error"' in page or field == "place"
    assert "Penyediaan air minum" in page
    assert 'value="1.250.000"' in page
    assert not Activity.objects.exists()
    for name, value in changes.items():
        assert response.context["form"][name].value() in (value, True) or name == "place"


def test_a_strange_agency_cannot_be_chosen(people, browser):
    data = typed(people, agency=str(Agency.objects.get(code="BPPW").pk))
    response = browser("editor").post(NEW, data)
    assert errors(response)["agency"] == ["invalid_choice"]


def test_a_form_sent_twice_is_saved_once(people, browser):
    client, data = browser("editor"), typed(people)
    first, second = client.post(NEW, data), client.post(NEW, data)

    assert first.url == second.url
    assert Activity.objects.count() == BudgetLine.objects.count() == 1


def test_a_change_sent_twice_adds_one_line(people, browser):
    client = browser("editor")
    client.post(NEW, typed(people))
    activity = Activity.objects.get()
    line = activity.lines.get()
    data = typed(people, version=str(activity.version), **{
        "lines-count": "2", "lines-0-id": str(line.pk), "lines-0-version": "1",
        "lines-1-year": "2026", "lines-1-source": "apbd_kab", "lines-1-stage": "3",
        "lines-1-amount": "900000",
    })  # fmt: skip
    for _time in range(2):
        assert client.post(f"/activities/{activity.pk}/change", data).status_code == 302
    assert [one.amount for one in activity.lines.order_by("pk")] == [1_250_000, 900_000]


def test_a_lost_log_in_keeps_what_was_typed(people, browser):
    client = browser("editor")
    get(client, NEW)
    Session.objects.all().delete()

    sent = client.post(NEW, typed(people, title="Ketikan panjang", volume="7"))
    assert sent.url == f"/accounts/login/?next={NEW}"
    client.force_login(people["editor"])
    page = get(client, NEW)

    assert "Ketikan panjang" in page.content.decode()
    assert page.context["form"]["volume"].value() == "7"
    assert said("Your log-in had ended. Here is what you typed; nothing is saved yet.") in text(
        page
    )
    assert not Activity.objects.exists()
    assert "Ketikan panjang" not in get(client, NEW).content.decode()  # offered once


def test_what_was_typed_is_not_shown_to_somebody_else(people, browser):
    client = browser("editor")
    Session.objects.all().delete()
    client.post(NEW, typed(people, title="Ketikan panjang"))
    client.force_login(people["other"])

    assert "Ketikan panjang" not in get(client, NEW).content.decode()


@pytest.mark.parametrize("token", ["", "x", "W1siMSJd:1tQ:abc"])
def test_only_our_own_forms_are_kept(people, browser, token):
    client = browser("")
    assert client.post(NEW, typed(people, form_token=token)).status_code == 302
    assert not Session.objects.exists()


def test_a_line_names_a_place_of_the_activity(people, browser):
    data = typed(people, **{"lines-0-place": str(c.place(c.PADANG).pk)})
    response = browser("editor").post(NEW, data)

    [line] = response.context["entry"].parts[0].forms
    assert [one.code for one in line.errors.as_data()["place"]] == ["place"]
    assert not Activity.objects.exists()


def test_queries_do_not_grow_with_the_lines(people, browser, django_assert_num_queries):
    client = browser("editor")
    c.activity(dpa=5)
    address = f"/activities/{Activity.objects.get().pk}/change"
    get(client, address)
    with django_assert_num_queries(QUERIES):
        get(client, address)
    for stage in (1, 2, 3):
        for source in ("apbn", "dak", "csr"):
            c.line("A", 5, stage, source)
    with django_assert_num_queries(QUERIES):
        get(client, address)


@pytest.mark.parametrize("who", ["head", "other", "planner", "administrator", "reader", ""])
def test_doors(people, browser, who):
    activity = c.activity(status="submitted")
    client = browser(who)
    expected = 302 if not who else 404
    for method in (client.get, client.post):
        assert method(f"/activities/{activity.pk}/change").status_code == expected
        new = method(NEW).status_code
        assert new == (302 if not who else 200 if who == "other" else 404)


def test_search_of_places(people, browser):
    found = browser("editor").get("/activities/places.json?q=kari").json()["found"]
    assert found[0]["name"] == "Pulau Karimata"
    assert [one["name"] for one in found[0]["places"]] == [
        "Betok Jaya · Pulau Karimata", "Padang · Pulau Karimata",
    ]  # fmt: skip
    assert browser("editor").get("/activities/places.json?q=k").json() == {"found": []}
