"""What somebody typed is never lost: log-ins that end, forms sent twice, two people at one record.

Three keepers, each for what the others cannot do:

* **the session**: a form that arrives after the log-in has ended is put into a session without a
  person, the log-in page follows, and the form is offered again, filled in. It works without
  JavaScript and through every kind of log-in (second factor included), because the log-in itself is
  not touched. Only a form that we made for a person is kept, and only that person is offered it.
* **the browser** (`entry.js`): what was typed and not sent, when the line or the machine fails.
* **the form's own token**: it says for whom the form was made, and that it was saved already.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch, reverse

SALT = "core.drafts"
FIELD = "form_token"
KEPT = "typed"
LONGEST = 500_000  # characters of one form; what is longer was not typed

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class FormToken:
    """For whom a form was made, and which one it is."""

    user: int
    id: uuid.UUID


def new_token(user_id: int) -> str:
    """A token for a form that is about to be shown."""
    return signing.dumps([user_id, uuid.uuid4().hex], salt=SALT)


def read_token(text: str) -> FormToken | None:
    """What a token says; None for one that we did not make."""
    try:
        user, form = signing.loads(text, salt=SALT)
        return FormToken(int(user), uuid.UUID(form))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def keeps_typed(view: View) -> View:
    """Decorator of a view with a form: what arrives after the log-in has ended is kept.

    The view itself is called for people who are logged in, as ever.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and read_token(request.POST.get(FIELD, "")):
            keep(request)
        return redirect_to_login(request.get_full_path(), _login_url())

    return login_not_required(guarded)


def keep(request: HttpRequest) -> None:
    """Put what was sent into the session, to be offered when the person is back."""
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if len(text) <= LONGEST:
        request.session[KEPT] = {"path": request.path, "typed": text}


def offered(request: HttpRequest) -> QueryDict | None:
    """What this person sent to this address when nobody was logged in; handed out once."""
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    typed = QueryDict(kept["typed"])
    token = read_token(typed.get(FIELD, ""))
    return typed if token and token.user == request.user.pk else None


def _login_url() -> str | None:
    try:
        return reverse("accounts:login")
    except NoReverseMatch:
        return None


# --- Two people at one record ------------------------------------------------------------------

Side = Literal["mine", "theirs"]


@dataclass(frozen=True)
class Difference:
    """A field that one person sends otherwise than it is stored now.

    `values` is what the form would have sent for the stored state, by the name of its field;
    `changed_by` is who moved it since the person read it: only mine, only theirs, or both.
    """

    name: str
    label: str
    mine: str
    theirs: str
    values: dict[str, list[str]]
    changed_by: Literal["mine", "theirs", "both"] = "both"

    @property
    def preferred(self) -> Side:
        """What is chosen until the person chooses: nobody's work is undone by a click."""
        return "theirs" if self.changed_by == "theirs" else "mine"


def who_changed(base: Any, mine: Any, theirs: Any) -> Literal["mine", "theirs", "both"]:
    """Who moved a value that both had read as `base`."""
    if mine == base:
        return "theirs"
    return "mine" if theirs == base else "both"


def resolved(typed: QueryDict, differences: Iterable[Difference]) -> QueryDict:
    """What was sent, after the person has chosen a side for each difference."""
    answer = typed.copy()
    everything = typed.get("resolve", "")
    for one in differences:
        side = everything if everything in {"mine", "theirs"} else typed.get(f"side:{one.name}")
        if side == "theirs":
            for name, values in one.values.items():
                answer.setlist(name, values)
    for name in [name for name in answer if name == "resolve" or name.startswith("side:")]:
        del answer[name]
    return answer


def carried(typed: QueryDict, without: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Everything that was sent, to be sent again from hidden fields."""
    left_out = {"csrfmiddlewaretoken", "resolve", "action", *without}
    return [
        (name, value)
        for name, values in typed.lists()
        if name not in left_out and not name.startswith("side:")
        for value in values
    ]
