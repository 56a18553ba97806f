"""Settling and commenting on the pages: who sees which form, what is kept, what is said."""

import html
import re

import pytest
from django.test import Client

from accounts.models import Membership, User
from convergence.actions import settle_case
from convergence.models import Dirty, Finding
from core.comments import add_comment
from core.models import Comment
from stakeholders.models import Agency
from tests.pages import cast
from tests.pages.reading import get, links, said, text
from tests.pages.test_policy import check

OVERLAP = "same_output/61.11.06.2002@61.11.40034/AIR-01"
NEED = "unmet_need/KB-3/61.11.06.2002@61.11.40034"
LIST = "/2026/findings/"


def finding(key: str = OVERLAP) -> Finding:
    """The finding of that key."""
    return Finding.objects.get(year=2026, key=key)


def address(key: str = OVERLAP, part: str = "") -> str:
    """Where it is shown, or a form of it is sent to."""
    return f"/2026/findings/{finding(key).pk}/{part}"


def person(name: str, role: str = "viewer", agency: str = "") -> User:
    """Somebody, and for whom they work."""
    user = User.objects.create_user(name, password="laut-tenang-1", name=name.title(), role=role)
    if agency:
        Membership.objects.create(
            user=user, agency=Agency.objects.get(code=agency), role=Membership.Role.EDITOR
        )
    return user


def browser(user: User) -> Client:
    """A browser in which that person is logged in."""
    client = Client(HTTP_ACCEPT_LANGUAGE="id")
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:
    """The planner of these tests has no telephone."""
    settings.DEMO_USERNAMES = frozenset({"sri", "tono"})


@pytest.fixture
def sri(stage) -> Client:
    """The planner's browser."""
    return browser(person("sri", "planner"))


@pytest.fixture
def edi(stage) -> Client:
    """The browser of an agency that the overlap concerns."""
    return browser(person("edi", agency="DPUPR"))


@pytest.fixture
def ina(stage) -> Client:
    """The browser of an agency that it does not concern."""
    return browser(person("ina", agency="DISHUB"))


def form(response, action: str) -> dict[str, str]:
    """Hidden fields of a form of the page."""
    page = response.content.decode()
    found = re.search(rf'<form[^>]*action="[^"]*{action}[^"]*".*?</form>', page, re.S)
    assert found, f"no form {action}"
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    return {name: html.unescape(value) for name, value in hidden}


def settle(client: Client, key: str = OVERLAP, **typed: str):
    """Fill in the form as the page shows it and send it."""
    fields = form(get(client, address(key)), "/settle")
    return client.post(address(key, "settle"), {**fields, **typed})


# --- Who sees what ------------------------------------------------------------------------------
def test_who_sees_which_form(stage, sri, edi, ina):
    add_comment(about=finding(), author=User.objects.get(username="sri"), text="Apa bedanya?")
    reader = browser(cast.regent())
    for client, settles, comments in (
        (sri, True, True), (edi, False, True), (ina, False, False), (reader, False, False),
    ):  # fmt: skip
        page = get(client, address())
        check(page)
        assert ('action="/2026' in page.content.decode()) == (settles or comments)
        assert ('id="settle"' in page.content.decode()) == settles
        assert ('id="comments"' in page.content.decode()) == comments
        assert ("Apa bedanya?" in text(page)) == comments


def test_the_next_step_of_each(stage, sri, edi, ina):
    assert "#settle" in links(get(sri, address()))
    assert "#comments" in links(get(edi, address()))
    assert not {"#settle", "#comments"} & set(links(get(ina, address())))


def test_what_is_not_ones_own_is_refused(stage, edi, ina):
    assert edi.post(address(part="settle"), {"verdict": "discuss"}).status_code == 403
    assert edi.post("/2026/findings/settle", {"verdict": "discuss"}).status_code == 403
    assert ina.post(address(part="comment"), {"text": "x"}).status_code == 403
    assert finding().state == "open"
    assert not Comment.objects.exists()


def test_of_another_year(sri):
    for part in ("settle", "comment"):
        assert sri.post(address(part=part).replace("2026", "2025", 1)).status_code == 404


def test_a_form_that_arrives_as_a_look_leads_to_its_page(sri):
    for part in ("settle", "comment"):
        assert sri.get(address(part=part)).url == address()
    assert sri.get("/2026/findings/settle?kind=unlocated").url == f"{LIST}?kind=unlocated"


# --- Comments -----------------------------------------------------------------------------------
def test_a_comment_is_read_at_every_place_of_the_case(sri):
    sri.post(address(NEED, "comment"), {"text": "Siapa mau?\nDermaga <b>kayu</b>"})

    other = get(sri, address("unmet_need/KB-3/61.11.06.2003@61.11.40034"))

    assert "Siapa mau?" in text(other)
    assert "<b>kayu</b>" not in other.content.decode()
    assert "Sri" in text(other)


def test_a_comment_leads_back_to_the_comments(edi):
    response = edi.post(address(part="comment"), {"text": "Kami di dusun lain"}, follow=True)

    assert response.redirect_chain == [(f"{address()}#comments", 302)]
    assert said("Your comment is there.") in text(response)


def test_an_empty_comment_is_refused(edi):
    for typed in ("", "   "):
        response = edi.post(address(part="comment"), {"text": typed})
        assert response.status_code == 422
        assert said("Write something first.") in text(response)


def test_a_comment_that_is_too_long_is_kept(edi):
    typed = "panjang " * 700

    response = edi.post(address(part="comment"), {"text": typed})

    assert response.status_code == 422
    assert typed.strip() in text(response)
    assert not Comment.objects.exists()


# --- Verdicts -----------------------------------------------------------------------------------
def test_a_case_is_settled_with_one_form(sri):
    page = get(sri, address(NEED))
    assert (page.context["settling"].findings, page.context["settling"].places) == (2, 2)

    response = settle(sri, NEED, verdict="successive", reason="Tahun depan")

    assert response.url == f"{address(NEED)}#main"
    page = text(get(sri, address("unmet_need/KB-3/61.11.06.2003@61.11.40034")))
    assert said("Accepted") in page
    assert said("Successive phases") in page
    assert "Tahun depan" in page
    assert (
        said("Accepted by %(who)s: %(verdict)s")
        % {"who": "Sri", "verdict": said("Successive phases").lower()}
        in page
    )
    assert said("the severity rises above %(severity)s") % {"severity": said("Low").lower()} in page


def test_what_can_be_chosen(sri):
    values = [one.value for one in get(sri, address()).context["settling"].options]
    assert values == ["discuss", "duplicate", "complementary", "successive", "wrong_match"]
    values = [one.value for one in get(sri, address(NEED)).context["settling"].options]
    assert values == ["discuss", "complementary", "successive", "wrong_match"]

    settle(sri, verdict="wrong_match", reason="Sungai lain")
    page = get(sri, address())
    values = [one.value for one in page.context["settling"].options]
    assert values == ["reopen", "complementary", "successive", "wrong_match"]
    limit = said("more than %(amount)s is at stake") % {"amount": "Rp 330.000.000"}
    assert limit in text(page)

    settle(sri, verdict="reopen", reason="Keliru")
    assert finding().state == "open"

    Finding.objects.update(state="closed")
    assert 'id="settle"' not in get(sri, address()).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"verdict": "complementary", "reason": " "}, "Accepting needs a reason."),
        ({"verdict": "reopen", "reason": "x"}, "Only an accepted finding can be reopened."),
        ({"reason": "Belum jelas"}, "Choose what to do."),
        ({"verdict": "discuss", "seen": "x"}, "Look at the case once more, then settle it."),
    ],
)
def test_refused_with_what_was_typed(sri, typed, sentence):
    response = settle(sri, **typed)

    assert response.status_code == 422
    assert said(sentence) in text(response)
    assert typed.get("reason", "").strip() in text(response)
    check(response)
    assert finding().state == "open"


def test_the_second_reviewer_is_shown_both(sri):
    tono = browser(person("tono", "planner"))
    fields = form(get(tono, address()), "/settle")
    settle(sri, verdict="wrong_match", reason="Sungai lain")

    response = tono.post(
        address(part="settle"), {**fields, "verdict": "duplicate", "reason": "BPPW mundur"}
    )

    assert response.status_code == 409
    page = text(response)
    assert "Sungai lain" in page  # theirs
    assert "BPPW mundur" in page  # mine
    assert response.context["conflict"].chosen == said("Duplicate")
    (difference,) = response.context["conflict"].differences
    assert difference.before.startswith(said("Open"))
    assert difference.now.startswith(said("Accepted"))
    assert finding().reason == "Sungai lain"

    # Mine replaces theirs, after I have seen it.
    fields = form(response, "/settle")
    tono.post(address(part="settle"), {**fields, "verdict": "complementary", "reason": "Beda"})
    assert (finding().verdict, finding().reason) == ("complementary", "Beda")


def test_what_was_typed_is_kept_when_the_case_is_gone(sri):
    fields = form(get(sri, address()), "/settle")
    Finding.objects.update(state="closed")

    response = sri.post(address(part="settle"), {**fields, "verdict": "discuss", "reason": "Rapat"})

    assert response.status_code == 409
    assert "Rapat" in text(response)


def test_a_reason_survives_the_end_of_the_log_in(sri):
    fields = form(get(sri, address()), "/settle")
    sri.logout()
    sent = {**fields, "verdict": "duplicate", "reason": "BPPW mundur"}
    door = sri.post(address(part="settle"), sent)
    assert door.url.startswith("/accounts/login/")

    sri.post(door.url, {"username": "sri", "password": "laut-tenang-1"})
    response = get(sri, address(part="settle"))

    assert "BPPW mundur" in text(response)
    assert response.context["settling"].options[1].chosen
    assert finding().state == "open"


def test_a_comment_survives_the_end_of_the_log_in(edi):
    fields = form(get(edi, address()), "/comment")
    edi.logout()
    edi.post(address(part="comment"), {**fields, "text": "Dusun lain"})
    edi.post("/accounts/login/", {"username": "edi", "password": "laut-tenang-1"})

    response = get(edi, address(part="comment"))

    assert "Dusun lain" in text(response)
    assert not Comment.objects.exists()


# --- Several at once ----------------------------------------------------------------------------
def tickets(client: Client, query: str = "") -> list[str]:
    """What the ticks of the list send."""
    page = get(client, f"{LIST}?{query}").content.decode()
    return re.findall(r'<input type="checkbox" name="case" value="([^"]+)"', page)


def test_several_cases_together(sri):
    ticked = tickets(sri)[:3]

    response = sri.post(
        f"{LIST}settle?sort=kind", {"case": ticked, "verdict": "discuss", "reason": "Rapat"}
    )

    assert response.url == f"{LIST}?sort=kind#main"
    keys = Finding.objects.filter(state="discussed").values_list("case_key", flat=True)
    assert len(set(keys)) == 3


def test_all_of_the_page(sri):
    shown = tickets(sri, "severity=3")
    cases = get(sri, f"{LIST}?severity=3").context["totals"].cases
    assert len(shown) == cases > 1

    sri.post(
        f"{LIST}settle?severity=3",
        {"all": "1", "page_case": shown, "verdict": "successive", "reason": "Bertahap"},
    )

    assert Finding.objects.filter(state="accepted").values("case_key").distinct().count() == cases
    assert not Finding.objects.unsettled().filter(severity__gte=3).exists()


def test_a_case_is_settled_with_what_the_filter_hides(sri):
    page = get(sri, f"{LIST}?area=61.11.06.2003")
    (line,) = [one for one in page.context["lines"] if one.kind == "unmet_need"]
    assert (line.count, line.settles) == (1, 2)

    sri.post(f"{LIST}settle", {"case": line.ticket, "verdict": "successive", "reason": "Nanti"})

    assert set(Finding.objects.filter(kind="unmet_need").values_list("state", flat=True)) == {
        "accepted"
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"verdict": "complementary", "reason": ""}, "Accepting needs a reason."),
        ({"verdict": "", "reason": "Belum"}, "Choose what to do."),
        ({"verdict": "discuss", "reason": "Belum", "case": []}, "Tick at least one case."),
        ({"verdict": "discuss", "reason": "Belum", "case": ["x"]}, "Tick at least one case."),
    ],
)
def test_several_are_refused_with_what_was_typed(sri, typed, sentence):
    response = sri.post(f"{LIST}settle", {"case": tickets(sri)[:2], **typed})

    assert response.status_code in {409, 422}
    assert said(sentence) in text(response)
    assert text(response).count(said(sentence)) == 1
    assert typed["reason"] in text(response)
    if "case" not in typed:
        assert len(re.findall(r'name="case" value="[^"]+" checked', response.content.decode())) == 2
    check(response)
    assert not Finding.objects.exclude(state="open").exists()


def test_one_that_was_changed_holds_up_no_other(sri):
    ticked = tickets(sri)[:2]
    first = Finding.objects.get(pk=ticked[0].partition(":")[0])
    settle_case(finding=first, verdict="", reason="Dulu", user=User.objects.get(username="sri"))

    response = sri.post(f"{LIST}settle", {"case": ticked, "verdict": "discuss", "reason": "Rapat"})

    assert response.status_code == 409
    assert said("It was changed meanwhile: look at it, then tick it again.") in text(response)
    assert "Rapat" in text(response)
    first.refresh_from_db()
    assert first.reason == "Dulu"
    assert Finding.objects.get(pk=ticked[1].partition(":")[0]).state == "discussed"


def test_ticks_are_the_planners_alone(stage, edi):
    assert tickets(edi) == []
    assert "<textarea" not in get(edi, LIST).content.decode()


# --- Freshness ----------------------------------------------------------------------------------
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/2026/findings/7/"}


def test_after_a_verdict_the_page_asks_every_second(sri):
    Dirty.objects.all().delete()
    settle(sri, verdict="duplicate", reason="Rapat")

    page = get(sri, address())

    assert said("New figures are being computed") in text(page)
    polled = re.search(r'hx-get="([^"]+freshness\?since=\d+)"[^>]*every 1s', page.content.decode())
    assert polled
    # Nothing new to say: nothing is sent.
    assert sri.get(polled[1], headers=HTMX).status_code == 204
    # Long since: it asks more seldom, and then is quiet too.
    later = get(sri, "/2026/freshness?since=5", headers=HTMX).content.decode()
    assert "every 5s" in later and "since" not in later
    assert sri.get("/2026/freshness", headers=HTMX).status_code == 204

    Dirty.objects.all().delete()
    done = get(sri, polled[1], headers=HTMX)
    assert done["HX-Trigger-After-Settle"] == "judged"
    assert "/2026/findings/7/" in links(done)


@pytest.mark.parametrize("since", ["x", "9" * 30, "-1", "²"])
def test_nonsense_in_its_address_does_no_harm(sri, since):
    get(sri, f"/2026/freshness?since={since}")


@pytest.mark.parametrize("page", ["/2026/", "/2026/area/61.11/", "overlap"])
def test_pages_fetch_their_new_figures(sri, page):
    page = get(sri, address() if page == "overlap" else page).content.decode()

    assert re.search(r'id="judged" hx-get="[^"]*" hx-trigger="judged from:body"', page)
    assert "htmx-2.min.js" in page
