"""The notebooks run many times here: what they import is loaded once, as for a batch of runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from segkit.report.nursery import CAN_FORK, Nursery, names_used, use_nursery

_NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="session")
def nursery() -> Iterator[str | None]:
    """A process that kernels are forked from, with the names that all notebooks use."""
    if not CAN_FORK:
        yield None
        return
    texts = [path.read_text(encoding="utf-8") for path in _NOTEBOOKS.glob("*.ipynb")]
    with Nursery(set().union(*(names_used(_joined(text)) for text in texts))) as started:
        yield started.path


def _joined(text: str) -> dict[str, list[dict[str, str]]]:
    cells = json.loads(text)["cells"]
    return {"cells": [{**cell, "source": "".join(cell["source"])} for cell in cells]}


@pytest.fixture(scope="module", autouse=True)
def _warm_kernels(nursery) -> Iterator[None]:
    with use_nursery(nursery):
        yield
