"""People before a real browser: log in by keyboard with a code, invite, look after sessions."""

import re

import pytest

from tests.browser.test_fit import sideways, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(empty: str):
    """The cast of the accounts, with the regent of every browser test."""
    from tests.accounts import people

    return people.everybody()


def door(visitor, username: str):
    """Password typed, Enter pressed."""
    page = visitor.go("/accounts/login/?next=/accounts/me/")
    page.fill("#id_username", username)
    page.fill("#id_password", "laut-tenang-1")
    page.keyboard.press("Enter")
    return page


def enter(visitor, user):
    """Past password and code."""
    from tests.accounts.people import code_of, device_of

    device = device_of(user)
    page = door(visitor, user.username)
    page.wait_for_url("**/accounts/code/**")
    page.fill("#id_code", code_of(device))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{visitor.address}/accounts/me/")
    return page


@pytest.mark.parametrize("visitor", [360, 1280], indirect=True)
def test_the_pages_of_the_administrator(visitor, empty, cast):
    page = enter(visitor, cast.admin)
    membership = cast.editor.memberships.get().pk
    addresses = [
        "/accounts/me/", "/accounts/me/password", "/accounts/me/sessions",
        "/accounts/me/second-factor", "/accounts/me/second-factor/codes", "/accounts/people/",
        "/accounts/people/?q=tidak-ada", "/accounts/people/invite",
        f"/accounts/people/{cast.editor.pk}/", f"/accounts/people/{cast.admin.pk}/",
        f"/accounts/memberships/{membership}/transfer",
    ]  # fmt: skip
    found = {}
    for address in addresses:
        page = visitor.go(address)
        assert page.locator("h1").count() == 1, address
        assert sideways(page) == 0, address
        found[address] = violations(page)

    assert {address: list_ for address, list_ in found.items() if list_} == {}


@pytest.mark.parametrize("visitor", [360, 1280], indirect=True)
def test_the_pages_before_the_log_in(visitor, empty, cast):
    from accounts import actions

    _user, token = actions.invite(by=cast.admin, username="baru", name="Fajar Baru")
    found = {}
    for address in (
        "/accounts/login/", "/accounts/reset/", "/accounts/reset/sent",
        "/accounts/reset/x/y/", f"/accounts/invitation/{token}/", "/accounts/invitation/x/",
    ):  # fmt: skip
        page = visitor.go(address)
        assert sideways(page) == 0, address
        found[address] = violations(page)
    page = door(visitor, "perencana")
    page.wait_for_url("**/accounts/me/second-factor**")
    assert sideways(page) == 0
    found["set up"] = violations(page)
    visitor.complaints.clear()  # a link that is gone says so by its status too

    assert {address: list_ for address, list_ in found.items() if list_} == {}


@pytest.mark.parametrize("visitor", [360, 1280], indirect=True)
def test_the_pages_that_refuse(visitor, empty, cast):
    for _number in range(5):
        page = visitor.go("/accounts/login/")
        page.fill("#id_username", "operator")
        page.fill("#id_password", "salah")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
    assert re.search(r"\d\d\.\d\d", page.inner_text(".lead"))
    found = violations(page)
    page = enter(visitor, cast.admin)
    page = visitor.go("/accounts/people/invite")
    page.fill("#id_name", "Fajar")
    page.fill("#id_username", "bukan nama")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errorlist")
    visitor.complaints.clear()  # 429

    assert found + violations(page) == []
    assert sideways(page) == 0
    assert page.input_value("#id_name") == "Fajar"


def test_by_keyboard_alone_from_the_door_to_the_recovery_codes(visitor, empty, cast):
    from tests.accounts.people import code_of

    page = visitor.go("/accounts/login/")
    page.keyboard.type("perencana")  # the first field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type("laut-tenang-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/me/second-factor**")
    from django_otp.plugins.otp_totp.models import TOTPDevice

    page.keyboard.type(code_of(TOTPDevice.objects.get()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/codes")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    assert violations(page) == []

    press_on(page, "main a.next")
    page.wait_for_url(f"{empty}/20*/")
    log_out(page)
    page.keyboard.type("perencana")
    page.keyboard.press("Tab")
    page.keyboard.type("laut-tenang-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/code/**")
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{empty}/20*/")


def press_on(page, selector: str) -> None:
    """Tab until something is reached, then Enter."""
    for _press in range(40):
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def log_out(page) -> None:
    """By keyboard too."""
    press_on(page, "form[action='/accounts/logout/'] button")
    page.wait_for_url("**/accounts/login/")


@pytest.mark.parametrize("visitor", [360], indirect=True)
def test_an_invitation_on_a_phone(visitor, empty, cast, chromium):
    page = enter(visitor, cast.admin)
    page = visitor.go("/accounts/people/invite")
    page.fill("#id_name", "Fajar Baru")
    page.fill("#id_username", "fajar")
    page.select_option("#id_agency", label="Dinas Kelautan")
    page.select_option("#id_held", "editor")
    page.click("main button.next")
    page.wait_for_url("**/accounts/people/*/")
    link = page.input_value("#id_link")
    assert sideways(page) == 0
    assert violations(page) == []
    page.reload()
    assert page.locator("#id_link").count() == 0

    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    phone = context.new_page()
    phone.goto(empty + link[link.index("/accounts/") :])
    phone.fill("#id_new_password1", "ombak-besar-7")
    phone.fill("#id_new_password2", "ombak-besar-7")
    phone.click("main button.next")
    phone.wait_for_url(f"{empty}/20*/")
    phone.goto(f"{empty}/accounts/me/")
    assert "Dinas Kelautan" in phone.inner_text("main")
    context.close()


def test_a_session_elsewhere_is_ended(visitor, empty, cast, chromium):
    other = chromium.new_context(locale="id-ID")
    away = other.new_page()
    away.goto(f"{empty}/accounts/login/?next=/accounts/me/")
    away.fill("#id_username", "operator")
    away.fill("#id_password", "laut-tenang-1")
    away.keyboard.press("Enter")
    away.wait_for_url(f"{empty}/accounts/me/")

    page = door(visitor, "operator")
    page.wait_for_url(f"{empty}/accounts/me/")
    page = visitor.go("/accounts/me/sessions")
    assert page.locator("tbody tr").count() == 2
    page.click("tbody button")
    page.wait_for_selector(".messages")
    assert page.locator("tbody tr").count() == 1
    away.reload()

    assert "/accounts/login/" in away.url
    other.close()
