"""The engine against the independent reading of METHOD.md, on made-up worlds.

KERAPU_WORLDS says how many; a failing seed is a test of its own: `-k "agree and [17]"`.
"""

from __future__ import annotations

import os
import random

import pytest

from convergence.engine import judge

from . import reference, worlds
from .store import store

WORLDS = int(os.environ.get("KERAPU_WORLDS", "200"))


def assert_agreement(case: worlds.Case) -> None:
    """Every finding and every figure is the same, at every moment of the case."""
    store(case.world)
    for year, as_of in case.moments:
        expected = reference.judge(case.world, year, as_of)
        assert judge(year=year, as_of=as_of).as_json() == expected


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(WORLDS))
def test_engine_and_reference_agree(seed: int) -> None:
    """Small worlds, on the edges of the method."""
    assert_agreement(worlds.make_case(random.Random(seed)))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(WORLDS // 100))
def test_they_agree_on_bigger_worlds(seed: int) -> None:
    """Hundreds of activities, so that they meet in every way."""
    assert_agreement(worlds.make_case(random.Random(seed), "bigger"))
