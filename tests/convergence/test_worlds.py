"""The engine against the independent reading of METHOD.md, on made-up worlds."""

from __future__ import annotations

import random

import pytest

from convergence.engine import judge

from . import reference, worlds
from .store import store

WORLDS = 200


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(WORLDS))
def test_engine_and_reference_agree(seed: int) -> None:
    """Every finding and every figure is the same."""
    case = worlds.make_case(random.Random(seed))
    store(case.world)
    for year, as_of in case.moments:
        expected = reference.judge(case.world, year, as_of)
        assert judge(year=year, as_of=as_of).as_json() == expected
