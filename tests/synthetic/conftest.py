"""One made-up bank for all its tests."""

from __future__ import annotations

import pytest

from segkit.synthetic import make_banking


@pytest.fixture(scope="session")
def bank():
    return make_banking(20_000, seed=11)


@pytest.fixture(scope="session")
def truth(bank):
    return bank.truth["customers"].set_index("customer_id")
