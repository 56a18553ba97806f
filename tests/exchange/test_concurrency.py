"""Two imports at once, and somebody who edits meanwhile."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from catalogue.models import Sector
from exchange.actions import LOCK, import_workbook

from .books import every_row, only

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work):
    """Do it on a connection of its own, as another process would."""

    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_a_second_import_waits(make):
    path = make(only("Bidang"))
    holder = connection.copy()
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    seen = []

    def progress(what, *_rest):
        seen.append(what)
        if what == "waiting":
            holder.close()  # the other import is done

    report = import_workbook(path, progress=progress)

    assert report.sheets["Bidang"].new == 2
    assert seen[0] == "waiting"


def test_an_edit_meanwhile_makes_it_fail_whole(make, monkeypatch):
    from exchange.workbook import storing

    path = make(only("Bidang"))
    import_workbook(path)
    book = only("Bidang")
    book["Bidang"][1][1] = "Air minum"
    book["Bidang"].append(["KES", "Kesehatan"])
    path = make(book)
    write = storing.Storing.write

    def write_late(self):
        elsewhere(lambda: Sector.objects.filter(code="AIR").update(name="Air tanah"))
        write(self)

    monkeypatch.setattr(storing.Storing, "write", write_late)

    [error] = import_workbook(path).errors

    assert (error.sheet, error.code) == ("", "meanwhile")
    assert Sector.objects.get(code="AIR").name == "Air tanah"
    assert not Sector.objects.filter(code="KES").exists()
    # Two inserts of the first import and the other's update: nothing of ours.
    assert len(every_row()["catalogue.SectorEvent"]) == 3

    with connection.cursor() as cursor:  # and the lock is free again
        cursor.execute("SELECT pg_try_advisory_lock(%s), pg_advisory_unlock(%s)", [LOCK, LOCK])
        assert cursor.fetchone() == (True, True)


def test_a_code_that_exists_by_now(make, monkeypatch):
    from exchange.workbook import storing

    write = storing.Storing.write

    def write_late(self):
        elsewhere(lambda: Sector.objects.create(code="AIR", name="Air tanah"))
        write(self)

    monkeypatch.setattr(storing.Storing, "write", write_late)

    [error] = import_workbook(make(only("Bidang"))).errors

    assert error.code == "meanwhile"
    assert Sector.objects.get().name == "Air tanah"
