"""Areas for the tests of this app: the shipped regency, and folders with broken things."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from territory.maps import SHIPPED

Write = Callable[..., Path]


@pytest.fixture
def kayong_utara(db: None) -> None:
    """The shipped areas, as at a first start."""
    # Not at the top: this file is read before the settings are.
    from territory.actions import ship_kayong_utara

    ship_kayong_utara()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped folder that a test may change."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "copied"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Makes a folder of area files: `write(provinces=["code,name", "61,X"])`."""

    def make(**files: list[str] | bytes) -> Path:
        folder = tmp_path / "written"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else "\n".join(content).encode()
            zipped = name.endswith("_gz")
            path = folder / (name.removesuffix("_gz") + (".csv.gz" if zipped else ".csv"))
            path.write_bytes(gzip.compress(data) if zipped else data)
        return folder

    return make


# A regency with one district, two villages and an island, to be broken at one place.
SOUND = {
    "provinces": ["code,name", "61,KALIMANTAN BARAT"],
    "regencies": ["code,province_code,name", "61.11,61,KABUPATEN KAYONG UTARA"],
    "districts": ["code,regency_code,name", "61.11.06,61.11,Kepulauan Karimata"],
    "villages": [
        "code,district_code,name",
        "61.11.06.2001,61.11.06,Padang",
        "61.11.06.2002,61.11.06,Betok Jaya",
    ],
    "islands": [
        "code,regency_code,coordinate,is_populated,is_outermost_small,name",
        """61.11.40034,61.11,01°36'00.00" S 108°54'00.00" E,1,0,Pulau Karimata""",
    ],
}
