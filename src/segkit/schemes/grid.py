"""A scheme made by number instead of by file: the grid of recency and frequency scores."""

from __future__ import annotations

from typing import Any

from segkit.checks import check_number
from segkit.schemes.scheme import Scheme

_LABELS = {
    "R": {"en": "Recency", "zh": "最近购买"},
    "F": {"en": "Frequency", "zh": "购买频次"},
}
#: What to do with a cell, by whether recency and frequency lie in the upper half.
_ACTIONS = {
    (True, True): {
        "en": "Keep them: early access and a named contact.",
        "zh": "重点维系：新品优先，专人对接。",
    },
    (True, False): {
        "en": "Bring them back soon: a reason for the next purchase.",
        "zh": "促成复购：给出下一次购买的理由。",
    },
    (False, True): {
        "en": "Win them back: a personal offer, tested against a control group.",
        "zh": "主动挽回：个性化优惠，并设对照组检验。",
    },
    (False, False): {
        "en": "Low-cost e-mail only.",
        "zh": "仅做低成本邮件触达。",
    },
}
_HUES = {(True, True): 0x1F5FA8, (True, False): 0x3FA39B, (False, True): 0xC9662F}
_GREY = 0x8D97A8


def rfm_grid(bins: int = 5) -> Scheme:
    """Make the scheme whose segments are the cells of recency score × frequency score.

    Use it to look at the two scores before naming segments, or where ``bins`` other than
    those of a library scheme are wanted.

    Parameters
    ----------
    bins : int
        Levels of each score, 3 to 5; customers in equal parts, ties together.

    Returns
    -------
    Scheme
        Scores ``R`` and ``F``; segments ``r5f5`` … ``r1f1``, best first.

    Raises
    ------
    ArgumentError
        If ``bins`` is no whole number from 3 to 5.

    Examples
    --------
    >>> len(rfm_grid(3).segments)
    9
    """
    bins = int(check_number("rfm_grid", "bins", bins, low=3, high=5, whole=True))
    levels = range(bins, 0, -1)
    return Scheme.model_validate(
        {
            "name": f"rfm_grid_{bins}",
            "title": {
                "en": f"Recency × frequency in {bins} levels",
                "zh": f"最近购买 × 购买频次，各 {bins} 档",
            },
            "description": {
                "en": "Each cell of recency score and frequency score is a segment.",
                "zh": "最近购买得分与购买频次得分的每一格为一类客户。",
            },
            "source": "made by rfm_grid",
            "inputs": _inputs(),
            "scores": _scores(bins),
            "segments": [_cell(r, f, bins) for r in levels for f in levels],
        }
    )


def _inputs() -> dict[str, Any]:
    return {
        "recency_days": {
            "unit": "days",
            "label": {"en": "Days since last purchase", "zh": "距最近一次购买的天数"},
        },
        "n_days": {"unit": "days", "label": {"en": "Purchase days", "zh": "购买天数"}},
    }


def _scores(bins: int) -> dict[str, Any]:
    quantile = {"method": "quantile", "bins": bins}
    return {
        "R": {"input": "recency_days", "better": "low", "label": _LABELS["R"], **quantile},
        "F": {"input": "n_days", "label": _LABELS["F"], **quantile},
    }


def _cell(r: int, f: int, bins: int) -> dict[str, Any]:
    half = (r > bins / 2, f > bins / 2)
    return {
        "id": f"r{r}f{f}",
        "name": {
            "en": f"Recency {r}, frequency {f}",
            "zh": f"最近购买 {r}、购买频次 {f}",
        },
        "description": {
            "en": f"Recency score {r} and frequency score {f} of {bins}.",
            "zh": f"最近购买得分 {r}，购买频次得分 {f}（满分 {bins}）。",
        },
        "action": _ACTIONS[half],
        # Cells of one quarter differ in shade only, so that lint sees every color once.
        "color": f"#{_HUES.get(half, _GREY) + r * 256 + f:06x}",
        "when": {"R": r, "F": f},
    }
