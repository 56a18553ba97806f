"""Two editors at one record: the second is told, shown both, and loses nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import transaction

from budgets.models import BudgetLine
from programs.models import Activity, ActivityPlace
from tests.convergence import cast as c
from tests.pages.test_policy import check
from tests.programs.test_form import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(people) -> Activity:
    """A draft with a line."""
    with transaction.atomic():  # entered at one moment, as by the form
        made = c.activity(status="draft", title="Judul lama")
    c.line("A", 500, 1)
    return made


def sent(people, **changes) -> dict:
    """What the second editor sends, who read version 1."""
    line = BudgetLine.objects.get()
    values = {
        "title": "Judul lama", "programme": "", "volume": "10", "lines-0-id": str(line.pk),
        "lines-0-version": "1", "lines-0-stage": "1", "lines-0-amount": "500",
    }  # fmt: skip
    return typed(people, **(values | changes))


def again(response, **choices: str) -> dict:
    """What the page of the conflict sends: its hidden fields, and the sides that are chosen."""
    check(response)
    page = response.content.decode()
    data: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        data.setdefault(unescape(name), []).append(unescape(value))
    for name, value in re.findall(r'name="(side:[^"]+)" value="(\w+)" checked', page):
        data[name] = [value]
    return data | {"resolve": ["chosen"]} | {name: [side] for name, side in choices.items()}


def test_both_are_shown_and_each_field_is_chosen(people, browser, activity):
    Activity.objects.update(title="Judul orang lain", volume=20)
    client, page = browser("editor"), f"/activities/{activity.pk}/change"

    told = client.post(page, sent(people, title="Judul saya", programme="Program saya"))

    assert told.status_code == 200
    shown = {one.name: one for one in told.context["differences"]}
    assert (shown["title"].mine, shown["title"].theirs) == ("Judul saya", "Judul orang lain")
    assert {name: one.changed_by for name, one in shown.items()} == {
        "title": "both", "volume": "theirs", "programme": "mine",
    }  # fmt: skip
    assert Activity.objects.get().title == "Judul orang lain"  # nothing is saved yet

    assert client.post(page, again(told)).status_code == 302
    saved = Activity.objects.get()
    assert (saved.title, saved.volume, saved.programme) == ("Judul saya", 20, "Program saya")


def test_theirs_is_chosen(people, browser, activity):
    Activity.objects.update(title="Judul orang lain")
    client, page = browser("editor"), f"/activities/{activity.pk}/change"
    told = client.post(page, sent(people, title="Judul saya", programme="P"))

    client.post(page, again(told, **{"side:title": "theirs"}))

    saved = Activity.objects.get()
    assert (saved.title, saved.programme) == ("Judul orang lain", "P")


def test_all_of_mine(people, browser, activity):
    Activity.objects.update(title="Judul orang lain", volume=20)
    client, page = browser("editor"), f"/activities/{activity.pk}/change"
    told = client.post(page, sent(people, title="Judul saya"))

    client.post(page, again(told, resolve="mine"))

    assert (Activity.objects.get().title, Activity.objects.get().volume) == ("Judul saya", 10)


def test_back_to_my_form(people, browser, activity):
    Activity.objects.update(title="Judul orang lain")
    client, page = browser("editor"), f"/activities/{activity.pk}/change"
    data = again(client.post(page, sent(people, title="Judul saya")))
    data.pop("resolve")

    form = client.post(page, data | {"again": ["1"]})

    assert form.context["form"]["title"].value() == "Judul saya"
    assert Activity.objects.get().title == "Judul orang lain"


def test_a_third_comes_while_the_second_chooses(people, browser, activity):
    Activity.objects.update(title="Kedua")
    client, page = browser("editor"), f"/activities/{activity.pk}/change"
    told = client.post(page, sent(people, title="Judul saya"))
    Activity.objects.update(title="Ketiga")

    told = client.post(page, again(told))

    assert [one.theirs for one in told.context["differences"]] == ["Ketiga"]
    client.post(page, again(told))
    assert Activity.objects.get().title == "Judul saya"


@pytest.mark.django_db(transaction=True)  # the history is dated by its transactions
def test_places(people, browser, activity):
    padang = c.place(c.PADANG)
    client, page = browser("editor"), f"/activities/{activity.pk}/change"
    ActivityPlace.objects.create(activity=activity, place=padang)
    Activity.objects.filter(pk=activity.pk).update(version=2)

    told = client.post(page, sent(people))
    [shown] = told.context["differences"]
    assert (shown.name, shown.changed_by) == ("place", "theirs")

    client.post(page, again(told))
    assert activity.places.count() == 2


def test_the_same_saved_by_both_is_no_conflict(people, browser, activity):
    Activity.objects.update(title="Sama")
    page = f"/activities/{activity.pk}/change"
    assert browser("editor").post(page, sent(people, title="Sama")).status_code == 302


@pytest.mark.parametrize(("side", "amount"), [("mine", 700), ("theirs", 900)])
def test_a_budget_line(people, browser, activity, side, amount):
    BudgetLine.objects.update(amount=900)
    client, page = browser("editor"), f"/activities/{activity.pk}/change"

    told = client.post(page, sent(people, **{"lines-0-amount": "700"}))
    [shown] = told.context["differences"]
    assert "700" in shown.mine and "900" in shown.theirs
    assert client.post(page, again(told, **{"side:lines-0": side})).status_code == 302

    assert BudgetLine.objects.get().amount == amount


def test_a_line_that_the_second_has_not_touched_stays_as_the_first_saved_it(
    people, browser, activity
):
    BudgetLine.objects.update(amount=900)
    page = f"/activities/{activity.pk}/change"
    assert browser("editor").post(page, sent(people, title="Baru")).status_code == 302
    assert BudgetLine.objects.get().amount == 900


def test_a_line_that_is_gone_is_said_and_can_be_entered_anew(people, browser, activity):
    data = sent(people, **{"lines-0-amount": "700"})
    BudgetLine.objects.all().delete()
    client, page = browser("editor"), f"/activities/{activity.pk}/change"

    form = client.post(page, data)
    assert form.status_code == 200
    assert 'value="700"' in form.content.decode()
    client.post(page, data | {"lines-0-id": "", "lines-0-version": ""})

    assert BudgetLine.objects.get().amount == 700
