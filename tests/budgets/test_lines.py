"""Budget lines by browser: sums, the effective budget, places, no other verification."""

from __future__ import annotations

import pytest

from budgets.models import BudgetLine
from budgets.querysets import effective_amounts
from programs.models import Activity
from tests.convergence import cast as c
from tests.pages.reading import get
from tests.programs.test_form import typed

pytestmark = pytest.mark.django_db


def sent(people, activity: Activity, *lines: dict, **changes) -> dict:
    """The form of an activity as it is stored, with these lines."""
    values = {
        "title": activity.title, "programme": "", "volume": "10", "version": str(activity.version),
        "lines-count": str(len(lines)),
        "place": [str(pk) for pk in activity.places.values_list("pk", flat=True)],
    }  # fmt: skip
    for n, line in enumerate(lines):
        row = {"year": "2026", "source": "apbd_kab", "stage": "3", "amount": "1", "place": ""}
        values |= {f"lines-{n}-{name}": value for name, value in (row | line).items()}
    return typed(people, **(values | changes))


def put(browser, people, activity, *lines, **changes):
    """Send it as the agency's editor."""
    page = f"/activities/{activity.pk}/change"
    return browser("editor").post(page, sent(people, activity, *lines, **changes))


def test_a_later_stage_needs_no_other_verification(people, browser):
    activity = c.activity(status="verified")
    assert put(browser, people, activity, {"amount": "Rp 900.000.000,00"}).status_code == 302
    assert Activity.objects.get().status == "verified"
    assert BudgetLine.objects.get().amount == 900_000_000
    assert BudgetLine.objects.get().code == "AG-A-0001"


def test_removed_and_its_number_is_not_given_again(people, browser):
    activity = c.activity(status="draft")
    put(browser, people, activity, {"amount": "5"})
    line = BudgetLine.objects.get()
    known = {"id": str(line.pk), "version": "1", "amount": "5"}

    put(browser, people, activity, known | {"remove": "on"})
    assert not BudgetLine.objects.exists()
    put(browser, people, activity, {"amount": "7"})

    assert BudgetLine.objects.get().code == "AG-A-0002"


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        ({"amount": "-5"}, "amount", "negative"),
        ({"amount": "1,5"}, "amount", "fraction"),
        ({"amount": "1,250"}, "amount", "amount"),
        ({"amount": ""}, "amount", "blank"),
        ({"amount": str(2**63)}, "amount", "max_value"),
        ({"year": "3000"}, "year", "max_value"),
        ({"year": "x"}, "year", "invalid"),
        ({"source": "kas"}, "source", "invalid_choice"),
        ({"stage": "5"}, "stage", "invalid_choice"),
    ],
)
def test_refused_in_the_models_words(people, browser, line, field, code):
    response = put(browser, people, c.activity(status="draft"), line)
    [form] = response.context["entry"].parts[0].forms
    assert [one.code for one in form.errors.as_data()[field]] == [code]
    assert any("1" in label for _where, label, _say in response.context["problems"])
    assert not BudgetLine.objects.exists()


def test_a_place_cannot_be_left_while_a_line_names_it(people, browser):
    activity = c.activity(status="draft", places=[c.BETOK, c.PADANG])
    line = c.line("A", 5, at=c.PADANG)
    row = {"id": str(line.pk), "version": "1", "amount": "5", "place": str(c.place(c.PADANG).pk)}

    response = put(browser, people, activity, row, place=[str(c.place(c.BETOK).pk)])

    [form] = response.context["entry"].parts[0].forms
    assert [one.code for one in form.errors.as_data()["place"]] == ["place"]
    assert activity.places.count() == 2


def test_a_line_of_another_activity_is_not_touched(people, browser):
    activity, strange = c.activity(status="draft"), c.activity("B", agency="BPPW", dpa=5)
    line = strange.lines.get()
    put(browser, people, activity, {"id": str(line.pk), "version": "1", "amount": "99"})
    line.refresh_from_db()
    assert line.amount == 5


def test_a_spare_row_is_no_error_beside_others(people, browser):
    activity = c.activity(status="draft")
    blank = {"amount": "", "source": "", "stage": ""}
    response = put(browser, people, activity, blank, title="")
    [form] = response.context["entry"].parts[0].forms
    assert not form.errors
    assert len(response.context["problems"]) == 1


CASES = [
    ([("apbd_kab", 1, 900), ("apbd_kab", 3, 700)], 700),
    ([("apbd_kab", 1, 900), ("apbn", 2, 50)], 950),
    ([("apbd_kab", 3, 700), ("apbn", 2, 50)], 700),  # what is not enacted was dropped
    ([("apbd_kab", 3, 700), ("apbd_kab", 4, 10), ("apbn", 3, 1)], 11),
    ([("apbd_kab", 4, 0), ("apbn", 1, 5)], 0),
]


@pytest.mark.parametrize(("lines", "effective"), CASES)
def test_effective_budget_is_the_judgements(people, lines, effective):
    """METHOD.md section 2; the finding `unplanned_budget` has it as its amount."""
    from convergence.engine import judge
    from convergence.models import Finding

    c.activity(status="draft")
    c.line("A", 1, 3, "hibah", year=2027)
    for source, stage, amount in lines:
        c.line("A", amount, stage, source)

    assert effective_amounts(Activity.objects.all(), 2026) == {Activity.objects.get().pk: effective}
    assert effective_amounts(Activity.objects.all(), None)[Activity.objects.get().pk] == (
        effective + 1
    )
    judge(year=2026, as_of=c.AS_OF, store=True, read=False)
    found = Finding.objects.filter(kind="unplanned_budget").values_list("amount", flat=True)
    funded = any(stage >= 3 and amount for _source, stage, amount in lines)
    assert list(found) == ([effective] if funded else [])


def test_by_stage_and_source_on_the_page(people, browser):
    activity = c.activity(status="submitted", dpa=700)
    c.line("A", 900, 1)
    page = get(browser("reader"), f"/activities/{activity.pk}/")
    [year] = next(part["years"] for name, part in page.context["parts"] if "budgets" in name)
    assert (year.totals, year.effective) == ([900, 0, 700, 0], 700)


def test_doors(people):
    for status in Activity.Status.values:
        c.activity(status, status=status, dpa=5)

    def seen(who):
        return set(
            BudgetLine.objects.visible_to(people[who]).values_list("activity__code", flat=True)
        )

    assert seen("editor") == seen("head") == seen("planner") == set(Activity.Status.values)
    assert seen("other") == seen("reader") == {"submitted", "verified", "cancelled"}
    editable = BudgetLine.objects.editable_by(people["editor"])
    assert set(editable.values_list("activity__code", flat=True)) == {
        "draft", "submitted", "returned", "verified",
    }  # fmt: skip
    assert not BudgetLine.objects.editable_by(people["head"]).exists()
