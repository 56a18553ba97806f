"""What is done with people: who may, what it refuses, and what stays of it."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts import actions, history
from accounts.models import Invitation, Membership, User

EVERYBODY = ["planner", "editor", "head", "reader"]


def told(user) -> list[str]:
    """The history in words, the oldest first."""
    return [line.what for line in reversed(history.of(user))]


ACTIONS = {
    "invite": lambda by, cast: actions.invite(by=by, username="x", name="X"),
    "make_link": lambda by, cast: actions.make_link(by=by, user=cast.reader),
    "change": lambda by, cast: actions.change(
        by=by, user=cast.reader, name="X", email="", role="administrator"
    ),
    "join": lambda by, cast: actions.join(
        by=by, user=cast.reader, agency=cast.works, role="editor"
    ),
    "leave": lambda by, cast: actions.leave(by=by, membership=Membership.objects.earliest("pk")),
    "transfer": lambda by, cast: actions.transfer(
        by=by,
        membership=Membership.objects.current().earliest("pk"),
        agency=cast.fishery,
        role="head",
    ),
    "deactivate": lambda by, cast: actions.deactivate(by=by, user=cast.reader, reason="x"),
    "reactivate": lambda by, cast: actions.reactivate(by=by, user=cast.reader, reason="x"),
    "reset_second_factor": lambda by, cast: actions.reset_second_factor(
        by=by, user=cast.reader, reason="x"
    ),
}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("action", ACTIONS)
def test_only_an_administrator(cast, action, who):
    with pytest.raises(PermissionDenied):
        ACTIONS[action](getattr(cast, who), cast)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_administrator_may_unless_deactivated(cast, action):
    ACTIONS[action](cast.admin, cast)

    cast.admin.is_active = False
    with pytest.raises(PermissionDenied):
        ACTIONS[action](cast.admin, cast)


def test_invite(cast):
    user, token = actions.invite(
        by=cast.admin,
        username="baru",
        name="Fajar Baru",
        memberships=[(cast.works, "editor"), (cast.fishery, "editor")],
    )

    assert not user.has_usable_password()
    assert user.edited_agency_ids == {cast.works.pk, cast.fishery.pk}
    invitation = Invitation.objects.of_token(token, user.date_joined)
    assert invitation is not None
    assert invitation.user == user


@pytest.mark.parametrize(
    "data",
    [
        {"username": "operator"},
        {"username": "OPERATOR"},
        {"username": "baru", "email": "Operator@Example.go.id"},
        {"username": "baru", "role": "raja"},
        {"username": "baru", "email": "", "by_mail": True},
        {"username": "a b"},
    ],
)
def test_invite_refuses(cast, data):
    with pytest.raises(ValidationError):
        actions.invite(by=cast.admin, name="X", **data)
    assert User.objects.count() == 5


def test_two_without_a_mail_address(cast):
    actions.invite(by=cast.admin, username="satu", name="Satu")
    actions.invite(by=cast.admin, username="dua", name="Dua")


def test_join_twice_is_refused_but_again_after_leaving_is_not(cast):
    membership = cast.editor.memberships.get()
    with pytest.raises(ValidationError):
        actions.join(by=cast.admin, user=cast.editor, agency=cast.works, role="editor")

    actions.leave(by=cast.admin, membership=membership)
    actions.join(by=cast.admin, user=cast.editor, agency=cast.works, role="editor")

    assert cast.editor.memberships.count() == 2
    assert cast.editor.memberships.current().count() == 1


def test_leaving_twice_keeps_the_first_day(cast):
    membership = actions.leave(by=cast.admin, membership=cast.editor.memberships.get())
    again = actions.leave(by=cast.admin, membership=membership)

    assert again.ended == membership.ended


def test_transfer(cast):
    old = cast.editor.memberships.get()

    actions.transfer(by=cast.admin, membership=old, agency=cast.fishery, role="head")

    user = User.objects.get(pk=cast.editor.pk)
    assert not user.edited_agency_ids
    assert user.headed_agency_ids == {cast.fishery.pk}
    assert Membership.objects.get(pk=old.pk).ended is not None


def test_transfer_of_what_has_ended(cast):
    old = actions.leave(by=cast.admin, membership=cast.editor.memberships.get())

    with pytest.raises(ValidationError):
        actions.transfer(by=cast.admin, membership=old, agency=cast.fishery, role="head")


def test_a_transfer_that_fails_ends_nothing(cast):
    old = cast.editor.memberships.get()
    actions.join(by=cast.admin, user=cast.editor, agency=cast.fishery, role="editor")

    with pytest.raises(ValidationError):
        actions.transfer(by=cast.admin, membership=old, agency=cast.fishery, role="editor")

    assert Membership.objects.get(pk=old.pk).ended is None


@pytest.mark.parametrize("reason", ["", "   "])
def test_deactivating_wants_a_reason(cast, reason):
    for action in (actions.deactivate, actions.reactivate, actions.reset_second_factor):
        with pytest.raises(ValidationError):
            action(by=cast.admin, user=cast.reader, reason=reason)


def test_deactivated_people_keep_their_history(cast):
    actions.deactivate(by=cast.admin, user=cast.editor, reason="Pensiun")

    assert cast.editor.memberships.count() == 1
    assert "Pensiun" in [line.reason for line in history.of(cast.editor)]
    with pytest.raises(ValidationError):
        actions.make_link(by=cast.admin, user=cast.editor)


def test_the_last_administrator_stays(cast):
    waiting, _token = actions.invite(
        by=cast.admin, username="kedua", name="Kedua", role="administrator"
    )
    with pytest.raises(ValidationError):
        actions.deactivate(by=cast.admin, user=cast.admin, reason="x")
    with pytest.raises(ValidationError):
        actions.change(by=cast.admin, user=cast.admin, name="A", email="", role="viewer")

    waiting.set_password("ombak-besar-7")
    waiting.save()
    actions.deactivate(by=cast.admin, user=cast.admin, reason="x")


@pytest.mark.django_db(transaction=True)
def test_two_administrators_leave_at_once():
    from tests.accounts import people

    cast = people.everybody()
    other = User.objects.create_user("kedua", password="x", name="Kedua", role="administrator")
    start = threading.Barrier(2)
    refused = []

    def leave(user: User, by: User) -> None:
        user, by = User.objects.get(pk=user.pk), User.objects.get(pk=by.pk)
        start.wait()
        try:
            actions.deactivate(by=by, user=user, reason="x")
        except ValidationError as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    pairs = ((cast.admin, other), (other, cast.admin))
    threads = [threading.Thread(target=leave, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert User.objects.administrators_at_work().count() == 1


def test_the_history_reads_as_a_story(cast):
    user, token = actions.invite(
        by=cast.admin, username="baru", name="Fajar", memberships=[(cast.works, "editor")]
    )
    actions.accept(token=token, password="ombak-besar-7")
    actions.change(by=cast.admin, user=user, name="Fajar B", email="f@example.org", role="planner")
    membership = user.memberships.get()
    actions.transfer(by=cast.admin, membership=membership, agency=cast.fishery, role="head")
    actions.deactivate(by=cast.admin, user=user, reason="Pindah ke provinsi")

    story = told(user)

    assert len(story) == 10
    assert "Fajar → Fajar B" in " ".join(story)
    assert "Dinas Kelautan" in " ".join(story)
    assert "Pindah ke provinsi" in [line.reason for line in history.of(user)]
