"""Areas for the tests of this app, and workbooks made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from .books import Book, save

Make = Callable[..., Path]


@pytest.fixture
def kayong_utara(db: None) -> None:
    """The shipped areas, as at a first start."""
    # Not at the top: this file is read before the settings are.
    from territory.actions import ship_kayong_utara

    ship_kayong_utara()


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a workbook: `make({"Bidang": [["Kode", "Nama"], ["AIR", "Air"]]})`."""

    def write(book: Book, name: str = "book.xlsx") -> Path:
        return save(book, tmp_path / name)

    return write


@pytest.fixture
def english() -> Any:
    """Messages as they are written in the code, whatever has been translated."""
    with translation.override("en"):
        yield


@pytest.fixture
def example(shared: Path) -> Path:
    """The contract's example workbook."""
    return _shared_file(shared, "example.xlsx")


@pytest.fixture
def procurement(shared: Path) -> Path:
    """A year of real procurement plans of a regency."""
    return _shared_file(shared, "kab_bandung/procurement_2025.xlsx")


def _shared_file(shared: Path, name: str) -> Path:
    path = shared / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the repository")
    return path
