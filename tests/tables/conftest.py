from __future__ import annotations

import pytest

from segkit.customers import summarize_customers
from segkit.segment import score_rfm


@pytest.fixture(scope="session")
def customers(cdnow):
    return summarize_customers(cdnow, as_of="1998-06-30")


@pytest.fixture(scope="session")
def rfm(customers):
    return score_rfm(customers)
