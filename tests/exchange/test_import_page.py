"""A workbook by browser, from end to end: sent, checked by the worker, looked at, imported."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from core import jobs, tasks
from core.models import Job, StoredFile
from exchange import uploads
from exchange.workbook.sheets import SHEETS
from planning.models import Need
from tests.pages.reading import get, links, rows, text

from .books import SOUND, save


@pytest.fixture(autouse=True)
def quiet(monkeypatch, settings):
    """No message leaves the test; nobody needs a telephone."""
    monkeypatch.setattr(tasks.tick, "apply_async", lambda expires: None)
    settings.DEMO_USERNAMES = frozenset({"planner", "administrator"})


def person(role: str) -> Client:
    """Somebody's browser, in English."""
    client = Client()
    client.force_login(User.objects.create_user(role, name=role.capitalize(), role=role))
    client.post("/i18n/setlang/", {"language": "en"})
    return client


@pytest.fixture
def planner(transactional_db):
    from territory.actions import ship_kayong_utara

    ship_kayong_utara()
    return person("planner")


def send(client: Client, file: Path, name: str = "Rencana 2026.xlsx") -> str:
    """Choose a file and press the button; the address of its job."""
    upload = SimpleUploadedFile(name, file.read_bytes())
    response: Any = client.post("/imports/", {"file": upload})
    assert response.status_code == 302, response.context["form"].errors
    address: str = response.url
    return address


def test_checked_then_imported(planner, tmp_path):
    file = save(SOUND, tmp_path / "book.xlsx")
    address = send(planner, file)
    waiting = get(planner, address).content.decode()
    assert "<progress" in waiting and 'hx-trigger="every 2s"' in waiting
    assert "Waiting for the worker" in waiting

    assert jobs.run_waiting() == 1
    page = get(planner, address)
    assert "Import it now" in text(page)
    assert "hx-get" not in page.content.decode()
    needs = next(row for row in rows(page, "counts") if row[0] == "Kebutuhan")
    assert needs[1:] == ["2", "0", "0"]
    assert not Need.objects.exists()

    job = planner.post(f"{address}carry-out").url
    assert jobs.run_waiting() == 1
    assert "Imported." in text(get(planner, job))
    assert Need.objects.count() == 2
    planner_id = User.objects.get(username="planner").pk
    event = apps.get_model("planning", "NeedEvent").objects.select_related("pgh_context")[0]
    assert event.pgh_context.metadata["user"] == planner_id

    again = send(planner, file)
    jobs.run_waiting()
    assert "Nothing has changed" in text(get(planner, again))
    assert planner.post(f"{again}carry-out").url == again  # there is nothing to write


def test_errors_name_their_cells_and_nothing_is_written(planner, tmp_path):
    book = {**SOUND, "Kebutuhan": [SOUND["Kebutuhan"][0], [*SOUND["Kebutuhan"][1]]]}
    book["Kebutuhan"][1][4] = 9
    book["Kebutuhan"][1][1] = "61.11.99"
    address = send(planner, save(book, tmp_path / "book.xlsx"))
    jobs.run_waiting()
    page = get(planner, address)

    assert {"Kebutuhan!B2", "Kebutuhan!E2"} <= set(
        re.findall(r"Kebutuhan![A-Z]+[0-9]+", text(page))
    )
    assert "Import it now" not in text(page)
    assert planner.post(f"{address}carry-out").url == address
    assert not Job.objects.filter(state="queued").exists()
    assert not Need.objects.exists()


def test_a_file_that_says_xlsx_and_is_none(planner):
    broken = b"PK\x03\x04" + b"\0" * 200
    upload = SimpleUploadedFile("book.xlsx", broken)
    address = planner.post("/imports/", {"file": upload}).url
    jobs.run_waiting()

    assert "1 error: nothing is written." in text(get(planner, address))


@pytest.mark.parametrize("content", [b"", b"Kode;Nama", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_workbook_is_not_taken(planner, content):
    page = planner.post("/imports/", {"file": SimpleUploadedFile("book.xlsx", content)})

    assert page.context["form"].errors["file"]
    assert not StoredFile.objects.exists()


def test_too_large_a_file_is_not_taken(planner, monkeypatch):
    monkeypatch.setattr("exchange.forms.MOST_BYTES", 1_000_000)
    large = SimpleUploadedFile("book.xlsx", b"PK\x03\x04" + b"\0" * 1_000_001)
    page = planner.post("/imports/", {"file": large})

    assert "The file has 2 MB; at most 1 MB can be taken." in text(page)
    assert not StoredFile.objects.exists()


def test_a_job_that_failed_says_so_and_keeps_the_file(planner, tmp_path, monkeypatch):
    address = send(planner, save(SOUND, tmp_path / "book.xlsx"))
    monkeypatch.setattr(uploads, "import_workbook", lambda *_all, **_named: 1 / 0)
    jobs.run_waiting()

    assert "It failed on our side, and nothing was written." in text(get(planner, address))
    assert StoredFile.objects.get().name == "Rencana 2026.xlsx"


def test_the_file_lies_under_a_name_of_ours(planner, tmp_path):
    send(planner, save(SOUND, tmp_path / "book.xlsx"), name="../../etc/passwd.xlsx")
    stored = StoredFile.objects.get()

    assert stored.name == "passwd.xlsx"
    assert "passwd" not in str(stored.file)


def test_progress_goes_forward(tmp_path, planner):
    address = send(planner, save(SOUND, tmp_path / "book.xlsx"))
    seen: list[tuple[int, int]] = []
    arguments = Job.objects.get().arguments | {"dry_run": False}
    uploads.run(arguments, lambda done, total, step: seen.append((done, total)))

    assert seen and seen == sorted(seen)
    assert all(done < total == 2 * len(SHEETS) for done, total in seen)
    assert address in links(get(planner, "/imports/"))


def test_the_administrator_imports_too(db):
    assert person("administrator").get("/imports/").status_code == 200


def test_for_others_it_is_not_there(db):
    client = person("viewer")

    for address in ("/imports/", "/imports/1/"):
        assert client.get(address).status_code == 404
    assert client.post("/imports/1/carry-out").status_code == 404
