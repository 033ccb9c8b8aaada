"""Surveys: a made-up one whose factors are known, a real one of bank customers, a crowd."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segkit.segment.attitudes import segment_attitudes
from segkit.synthetic import make_cosmetics


@pytest.fixture(scope="session")
def cosmetics():
    return make_cosmetics(3_000, seed=1, tables=["customers", "survey", "interactions"])


@pytest.fixture(scope="session")
def blocks(cosmetics) -> dict[str, list[str]]:
    items = cosmetics.truth["items"]
    return {name: list(part["item"]) for name, part in items.groupby("factor", sort=False)}


@pytest.fixture(scope="session")
def asked(blocks) -> list[str]:
    return [item for members in blocks.values() for item in members]


@pytest.fixture(scope="session")
def by_attitude(cosmetics, asked):
    return segment_attitudes(cosmetics["survey"], asked)


@pytest.fixture(scope="session")
def bank(absent) -> pd.DataFrame:
    """250 customers of a Spanish bank and their answers from 0 to 10 on 27 items."""
    folder = Path(os.environ.get("SEGKIT_DATA_DIR", "")) / "bank_satisfaction"
    if not (folder / "satisfaction.rda").is_file():
        absent("bank_satisfaction is not here: SEGKIT_DATA_DIR names the folder of real data.")
    import pyreadr

    (frame,) = pyreadr.read_r(str(folder / "satisfaction.rda")).values()
    return frame.assign(customer_id=np.arange(len(frame)))


@pytest.fixture(scope="session")
def bank_blocks(bank) -> dict[str, list[str]]:
    names = ("imag", "expe", "qual", "val", "sat", "loy")
    return {name: [c for c in bank.columns if c.startswith(name)] for name in names}


@pytest.fixture(scope="session")
def bank_asked(bank_blocks) -> list[str]:
    """All items but those on loyalty, which the segments are compared by."""
    return [i for name, members in bank_blocks.items() if name != "loy" for i in members]


def draw_crowd(n: int, seed: int, *, skewed: bool = False) -> pd.DataFrame:
    """Answers from 1 to 7 of one crowd on two factors of three items each: no groups."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    if skewed:
        factors = -np.exp(0.5 * factors)
    frame = {"customer_id": np.arange(n)}
    for j, name in enumerate(("trust", "speed")):
        for i in range(1, 4):
            answer = (5 if skewed else 4) + 1.1 * factors[:, j] + rng.normal(0, 0.7, n)
            frame[f"{name}_{i}"] = np.clip(np.round(answer + skewed), 1, 7)
    return pd.DataFrame(frame)


@pytest.fixture
def crowd():
    return draw_crowd
