"""The administrator's pages; for everybody else they do not exist."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Membership, User
from tests.accounts.people import device_of, enter, log_in, went
from tests.pages.reading import get, links, rows, said, text
from tests.pages.test_policy import check

PAGES = ["/accounts/people/", "/accounts/people/invite", "/accounts/people/{pk}/",
         "/accounts/memberships/{membership}/transfer"]  # fmt: skip
POSTS = [
    *(f"/accounts/people/{{pk}}/{what}" for what in (
        "change", "join", "link", "deactivate", "reactivate", "second-factor")),
    "/accounts/memberships/{membership}/leave",
]  # fmt: skip
NEW = {"name": "Fajar Baru", "username": "fajar", "email": "", "role": "viewer", "how": "link"}


def address(page: str, cast) -> str:
    """The page of the editor and the editor's membership."""
    return page.format(pk=cast.editor.pk, membership=cast.editor.memberships.get().pk)


@pytest.mark.parametrize("who", ["planner", "editor", "head", "reader"])
@pytest.mark.parametrize("page", [*PAGES, *POSTS])
def test_not_there_for_others(cast, client, page, who):
    enter(client, getattr(cast, who))

    assert client.get(address(page, cast)).status_code == 404
    assert client.post(address(page, cast), {"reason": "x"}).status_code == 404
    assert User.objects.get(pk=cast.editor.pk).is_active


@pytest.mark.parametrize("page", [*PAGES, *POSTS])
def test_nobody_comes_in_without_a_log_in(cast, client, page):
    for response in (client.get(address(page, cast)), client.post(address(page, cast))):
        assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize("page", PAGES)
def test_there_for_the_administrator(admin, cast, page):
    check(get(admin, address(page, cast)))


@pytest.mark.parametrize("page", POSTS)
def test_looking_changes_nothing(admin, cast, page):
    assert admin.get(address(page, cast)).status_code == 405


def test_the_list(admin, cast):
    page = get(admin, "/accounts/people/")

    names = [cells[0].split()[0] for cells in rows(page, "people")[1:]]
    assert names == ["Ade", "Budi", "Citra", "Dewi", "Eko"]
    assert "DPUPR" in rows(page, "people")[3][2]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=citra", ["Citra"]),
        ("q=dewi+kepala", ["Dewi"]),
        ("q=%00", ["Ade", "Budi", "Citra", "Dewi", "Eko"]),
        ("role=planner", ["Budi"]),
        ("agency=DPUPR", ["Citra", "Dewi"]),
        ("state=ended", ["Eko"]),
        ("state=waiting", ["Dewi"]),
        ("state=active&role=viewer", ["Citra"]),
    ],
)
def test_narrowed(admin, cast, query, names):
    if "state" in query:
        User.objects.filter(pk=cast.reader.pk).update(is_active=False)
        User.objects.filter(pk=cast.head.pk).update(password="!x")
    page = get(admin, f"/accounts/people/?{query}")

    assert [cells[0].split()[0] for cells in rows(page, "people")[1:]] == names


def test_nobody_fits(admin):
    page = get(admin, "/accounts/people/?q=tidak-ada")

    assert said("Nobody fits. Narrow less, or invite somebody.") in text(page)


def test_a_long_list_has_pages_and_keeps_the_filter(admin, cast):
    for number in range(60):
        User.objects.create(username=f"o{number}", name=f"Orang {number:02}")

    page = get(admin, "/accounts/people/?q=orang")
    following = [link for link in links(page) if "page=2" in link]

    assert following == ["?q=orang&page=2"]
    assert len(rows(get(admin, f"/accounts/people/{following[0]}"), "people")) == 11


def test_the_list_costs_the_same_however_long(admin, cast, django_assert_num_queries):
    admin.get("/accounts/people/")
    with django_assert_num_queries(8):
        admin.get("/accounts/people/")
    for number in range(20):
        user = User.objects.create(username=f"o{number}", name=f"Orang {number:02}")
        Membership.objects.create(user=user, agency=cast.works, role="editor")
    with django_assert_num_queries(8):
        admin.get("/accounts/people/")


def test_invite_with_a_link_shown_once(admin, cast):
    data = {**NEW, "agency": cast.works.pk, "held": "editor"}
    page = admin.post("/accounts/people/invite", data, follow=True)
    link = re.search(r'value="(http[^"]+/accounts/invitation/[^"]+)"', page.content.decode())

    assert link
    again = get(admin, page.redirect_chain[0][0])
    assert link[1] not in again.content.decode()
    path = link[1].split("8000")[-1]
    assert Client().get(path).status_code == 200
    assert User.objects.get(username="fajar").edited_agency_ids == {cast.works.pk}


def test_a_link_is_not_shown_on_anothers_page(admin, cast):
    admin.post("/accounts/people/invite", NEW)

    page = get(admin, f"/accounts/people/{cast.editor.pk}/")

    assert "/accounts/invitation/" not in page.content.decode()


def test_invite_by_mail(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        data = {**NEW, "email": "fajar@example.org", "how": "mail"}
        page = admin.post("/accounts/people/invite", data, follow=True)

    assert [message.to for message in mail.outbox] == [["fajar@example.org"]]
    assert "/accounts/invitation/" not in page.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"username": "operator"},
        {"username": "fajar@example.org"},
        {"username": "fajar baru"},
        {"email": "operator@example.go.id"},
        {"how": "mail"},
        {"held": "editor"},
        {"name": ""},
        {"role": "raja"},
    ],
)
def test_an_invitation_that_is_refused_keeps_what_was_typed(admin, data):
    typed = {**NEW, "name": "Fajar Baru Sekali", **data}
    page = admin.post("/accounts/people/invite", typed)

    assert page.status_code == 200
    assert 'class="errorlist"' in page.content.decode() or 'role="alert"' in page.content.decode()
    if data.get("name", "x"):
        assert "Fajar Baru Sekali" in page.content.decode()
    assert User.objects.count() == 5


def test_change(admin, cast):
    page = f"/accounts/people/{cast.editor.pk}/change"
    admin.post(page, {"name": "Citra O", "email": "c@example.org", "role": "planner"})

    user = User.objects.get(pk=cast.editor.pk)
    assert (user.name, user.email, user.role) == ("Citra O", "c@example.org", "planner")
    shown = text(get(admin, f"/accounts/people/{cast.editor.pk}/"))
    assert "Citra Operator → Citra O" in shown
    assert "Ade Pengelola" in shown  # who did it


def test_a_refused_change_is_said_at_the_form(admin, cast):
    page = f"/accounts/people/{cast.editor.pk}/change"
    data = {"name": "C", "email": "kepala@example.go.id", "role": "viewer"}

    response = admin.post(page, data)

    assert response.status_code == 422
    assert said("Another user has this mail address.") in text(response)


def test_the_last_administrator_is_told(admin, cast):
    data = {"name": "Ade", "email": "", "role": "viewer"}
    response = admin.post(f"/accounts/people/{cast.admin.pk}/change", data)

    sentence = "This is the last administrator who can log in: make another one first."
    assert said(sentence) in text(response)
    response = admin.post(f"/accounts/people/{cast.admin.pk}/deactivate", {"reason": "x"})
    assert said(sentence) in text(response)


def test_join_leave_and_move(admin, cast):
    page = f"/accounts/people/{cast.reader.pk}/join"
    admin.post(page, {"agency": cast.works.pk, "role": "editor"})
    membership = cast.reader.memberships.get()
    admin.post(
        f"/accounts/memberships/{membership.pk}/transfer",
        {"agency": cast.fishery.pk, "role": "head"},
    )
    moved = cast.reader.memberships.current().get()
    assert (moved.agency, moved.role) == (cast.fishery, "head")
    admin.post(f"/accounts/memberships/{moved.pk}/leave")

    assert not cast.reader.memberships.current().exists()
    assert admin.get(f"/accounts/memberships/{moved.pk}/transfer").status_code == 404


def test_deactivate_and_reactivate(admin, cast):
    inside = Client()
    log_in(inside, "operator")
    page = f"/accounts/people/{cast.editor.pk}"

    assert admin.post(f"{page}/deactivate", {"reason": ""}).status_code == 422
    admin.post(f"{page}/deactivate", {"reason": "Pensiun"})
    assert inside.get("/accounts/me/").status_code == 302
    assert "Pensiun" in text(get(admin, f"{page}/"))
    assert log_in(inside, "operator").status_code == 200

    admin.post(f"{page}/reactivate", {"reason": "Kembali"})
    assert log_in(inside, "operator").status_code == 302


def test_a_new_link_for_who_lost_the_password(admin, cast):
    page = f"/accounts/people/{cast.editor.pk}"
    shown = admin.post(f"{page}/link", {"how": "link"}, follow=True)
    link = re.search(r'value="http://[^/]+(/accounts/invitation/[^"]+)"', shown.content.decode())

    assert link
    data = {"new_password1": "ombak-besar-7", "new_password2": "ombak-besar-7"}
    Client().post(link[1], data)
    assert log_in(Client(), "operator", "ombak-besar-7").status_code == 302


def test_no_mail_without_an_address(admin, cast):
    User.objects.filter(pk=cast.editor.pk).update(email="")

    page = admin.post(f"/accounts/people/{cast.editor.pk}/link", {"how": "mail"}, follow=True)

    assert said("This person has no mail address.") in text(page)


def test_the_second_factor_is_taken_away(admin, cast):
    device_of(cast.planner)
    page = f"/accounts/people/{cast.planner.pk}"

    admin.post(f"{page}/second-factor", {"reason": "Telepon hilang"})

    assert "Telepon hilang" in text(get(admin, f"{page}/"))
    inside = Client()
    log_in(inside, "perencana")
    assert went(inside.get("/accounts/me/")).startswith("/accounts/me/second-factor")


def test_what_people_type_is_shown_as_text(admin, cast):
    User.objects.filter(pk=cast.editor.pk).update(name="<script>alert(1)</script>")

    for page in ("/accounts/people/", f"/accounts/people/{cast.editor.pk}/"):
        check(get(admin, page))
        assert "<script>alert" not in get(admin, page).content.decode()
