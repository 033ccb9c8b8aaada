"""What columns are called: no two of them alike where a reader must tell them apart."""

from __future__ import annotations

import pytest

from segkit.i18n import use_language
from segkit.segment.feature_words import feature_label, inside_label


@pytest.mark.parametrize("language", ["en", "zh"])
def test_revenue_and_income_differ(language):
    with use_language(language):
        assert feature_label("revenue") != feature_label("income")


def test_revenue_by_name():
    assert (feature_label("revenue"), inside_label("revenue")) == ("Revenue", "revenue")
    with use_language("zh"):
        assert feature_label("revenue") == "消费金额"
