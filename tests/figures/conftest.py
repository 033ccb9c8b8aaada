"""Real results, made once, and a look at what a figure's texts do to each other."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from segkit.clv import fit_clv, validate_clv
from segkit.figures import draw
from segkit.segment import score_rfm
from segkit.value import value_pyramid

HOSTILE = [
    "Cost $5 and $x_2$",
    "<script>alert(1)</script>",
    "\U0001f600 happy \u202e rtl \U0001fae8",
    "W" * 40,
    "Forty characters of a long segment name!!",
    "tab\tand\nline",
    "&amp; 'q' \"d\"",
    "",
]


@pytest.fixture(scope="session")
def rfm11(customers):
    return score_rfm(customers, scheme="rfm_11")


@pytest.fixture(scope="session")
def pyramid(customers):
    return value_pyramid(customers)


@pytest.fixture(scope="session")
def losing(customers):
    """A business that loses money on its small customers."""
    return value_pyramid(customers.assign(gain=customers["revenue"] * 0.3 - 15), profit="gain")


@pytest.fixture(scope="session")
def check(cdnow_sample):
    return validate_clv(cdnow_sample, calibration_end="1997-09-30", holdout_end="1998-06-30")


@pytest.fixture(scope="session")
def predictions(customers) -> pd.DataFrame:
    return fit_clv(customers).predict()


@pytest.fixture(scope="session")
def hostile():
    """Segments with names that break figures, and shares that are nearly equal."""
    shares = [0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05]
    profile = pd.DataFrame(
        {
            "segment": [f"s{number}" for number in range(8)],
            "name": HOSTILE,
            "n_customers": 10,
            "customer_share": shares,
            "revenue_share": [0.2, 0.2001, 0.1999, 0.1, 0.1, 0.1, 0.05, 0.05],
            "median_recency_days": [0.0, 1, 2, 300, 400, 500, 501, 502],
        }
    )
    return SimpleNamespace(profile=profile)


def _shown(fig: Figure) -> list[Text]:
    return [
        text
        for text in fig.findobj(Text)
        if text.get_visible() and text.get_text().strip() and _in_limits(text)
    ]


def _in_limits(text: Text) -> bool:
    box = text.get_window_extent()
    return box.width > 0 and box.height > 0


@pytest.fixture(scope="session")
def look() -> Callable[..., list[str]]:
    """Draw a figure in both widths; fail on warnings, cut, small or overlapping text."""

    def look(plot, result) -> list[str]:
        seen = []
        for narrow in (False, True):
            with warnings.catch_warnings():
                warnings.simplefilter("error", UserWarning)
                fig = draw(plot, result, narrow=narrow)
            assert round(fig.get_figwidth() * 72) == (320 if narrow else 752)
            texts = _shown(fig)
            assert texts
            boxes = [(text, text.get_window_extent()) for text in texts]
            for position, (text, box) in enumerate(boxes):
                words = text.get_text()
                assert text.get_fontsize() >= 11, words
                assert box.x0 > -1.5, f"{words!r} is cut on the left"
                assert box.x1 < fig.bbox.x1 + 1.5, f"{words!r} is cut on the right"
                assert box.y0 > -1.5, f"{words!r} is cut below"
                assert box.y1 < fig.bbox.y1 + 1.5, f"{words!r} is cut above"
                for other, other_box in boxes[position + 1 :]:
                    across = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
                    down = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
                    # Boxes of text hold room for descenders: two pixels of it may be shared.
                    clash = across > 1 and down > 2.5
                    assert not clash, f"{words!r} overlaps {other.get_text()!r}, narrow={narrow}"
            seen += [text.get_text() for text in texts]
        return seen

    return look
