"""How each feature is turned into a number that distances can be measured in.

The rule of ``"auto"``, step by step, on the customers of the sample:

1. A flag (true or false) is only scaled.
2. A feature whose skewness is at most 1 either way is left as it is. A more skewed one that
   is never negative takes ``log(1 + x)`` if that brings its skewness to at most 1; else it
   takes the power of Yeo and Johnson (2000) that makes it most nearly normal.
3. Values further than 5 robust standard deviations (of the interquartile range) from the
   median, and those beyond the sample's own, count as the value there (winsorising).
4. The mean is taken off and the rest divided by the standard deviation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import ibis
import numpy as np
from scipy import optimize, stats

from segkit.i18n import _, format_number

#: The ways of ``transform=``; ``"none"`` leaves even the unit as it is.
TRANSFORMS = ("auto", "log", "yeo_johnson", "scale", "none")
#: Skewness up to which a feature is left as it is.
SKEWED = 1.0
#: Robust standard deviations from the median at which values are cut.
FAR = 5.0
_IQR_OF_NORMAL = 1.3489795
_DIGITS = 10


@dataclass(frozen=True)
class Transform:
    """One feature: cut to ``lower`` to ``upper``, bent by ``power``, centred and scaled.

    ``power`` is that of Yeo and Johnson: 1 leaves values as they are, 0 is log(1 + x).
    """

    feature: str
    kind: str
    power: float
    lower: float
    upper: float
    center: float
    scale: float
    n_cut: int
    skewness_before: float
    skewness_after: float

    def forward(self, values: np.ndarray) -> np.ndarray:
        """Transform values that are known."""
        cut = np.clip(np.asarray(values, dtype=float), self.lower, self.upper)
        return (_bent(cut, self.power) - self.center) / self.scale

    def back(self, values: np.ndarray) -> np.ndarray:
        """Give transformed values in the feature's own unit."""
        return _unbent(np.asarray(values, dtype=float) * self.scale + self.center, self.power)

    def expression(self, column: Any) -> Any:
        """Write the transform of a column; whoever has no number is told apart elsewhere."""
        if column.type().is_boolean():
            # As a number: SQL Server knows no bare truth, and its "not" takes in the unknown.
            column = column.cast("int32")
        x = column.cast("float64")
        cut = ibis.cases((x < self.lower, self.lower), (x > self.upper, self.upper), else_=x)
        if self.power != 1:
            zero = ibis.literal(0.0)
            parts = []
            if self.upper > 0:
                parts.append(_bent_column(ibis.cases((cut > 0, cut), (cut <= 0, zero)), self.power))
            if self.lower < 0:
                below = ibis.cases((cut < 0, -cut), (cut >= 0, zero))
                parts.append(-_bent_column(below, 2 - self.power))
            cut = parts[0] if len(parts) == 1 else parts[0] + parts[1]
        return (cut - self.center) / self.scale

    def reason(self) -> str:
        """Say in a sentence what is done and why, in the current language."""
        before, after = (format_number(x, 1) for x in (self.skewness_before, self.skewness_after))
        texts = {
            "none": _("taken as it is"),
            "flag": _("true counts as 1, false as 0, then scaled"),
            "scale": _("scaled only: skewness {before}"),
            "log": _("logarithm of 1 + value: skewness from {before} to {after}"),
            "yeo_johnson": _("Yeo-Johnson power {power}: skewness from {before} to {after}"),
        }
        power = format_number(self.power, 2)
        return texts[self.kind].format(before=before, after=after, power=power)

    def as_dict(self) -> dict[str, Any]:
        """Give all parameters as plain values."""
        return asdict(self)


def choose_transform(feature: str, values: np.ndarray, way: str, is_flag: bool) -> Transform:
    """Choose the transform of one feature by the rule of the module.

    ``values`` are those of the sample, all known, not all equal.
    """
    x = np.asarray(values, dtype=float)
    before = _skewness(x)
    kind = _kind(x, before, way, is_flag)
    varied = np.ptp(x) > 0
    power = _best_power(x) if kind == "yeo_johnson" and varied else float(kind != "log")
    lower, upper = float(x.min()), float(x.max())
    if kind not in ("none", "flag"):
        lower, upper = _bounds(x, power, lower, upper)
    cut = np.clip(x, lower, upper)
    bent = _bent(cut, power)
    center, scale = (0.0, 1.0) if kind == "none" else (float(bent.mean()), float(bent.std()))
    numbers = {"center": center, "scale": scale or 1.0, "lower": lower, "upper": upper}
    return Transform(
        feature=feature,
        kind=kind,
        power=power,
        **{name: _significant(value) for name, value in numbers.items()},
        n_cut=int((cut != x).sum()),
        skewness_before=before,
        skewness_after=_skewness(bent),
    )


def _kind(x: np.ndarray, skewness: float, way: str, is_flag: bool) -> str:
    if way != "auto":
        return "yeo_johnson" if way == "log" and x.min() < 0 else way
    if is_flag:
        return "flag"
    if abs(skewness) <= SKEWED:
        return "scale"
    if x.min() >= 0 and abs(_skewness(np.log1p(x))) <= SKEWED:
        return "log"
    return "yeo_johnson"


def _bounds(x: np.ndarray, power: float, lower: float, upper: float) -> tuple[float, float]:
    """Find where values are cut: in the bent scale, told in the feature's own unit."""
    bent = _bent(x, power)
    quarter, middle, three = np.quantile(bent, [0.25, 0.5, 0.75])
    far = FAR * (three - quarter) / _IQR_OF_NORMAL
    if not far > 0:
        return lower, upper
    inside = x[np.abs(bent - middle) <= far]
    return max(lower, float(inside.min())), min(upper, float(inside.max()))


def _best_power(x: np.ndarray) -> float:
    def misfit(power: float) -> float:
        return -float(stats.yeojohnson_llf(power, x))

    found = optimize.minimize_scalar(misfit, bounds=(-3.0, 5.0), method="bounded")
    return round(float(found.x), 3)


def _bent(x: np.ndarray, power: float) -> np.ndarray:
    above, below = np.maximum(x, 0), np.maximum(-x, 0)
    return _one_side(above, power) - _one_side(below, 2 - power)


def _one_side(x: np.ndarray, power: float) -> np.ndarray:
    if power == 1:
        return x
    return np.log1p(x) if power == 0 else ((x + 1) ** power - 1) / power


def _unbent(y: np.ndarray, power: float) -> np.ndarray:
    above, below = np.maximum(y, 0), np.maximum(-y, 0)
    return _other_side(above, power) - _other_side(below, 2 - power)


def _other_side(y: np.ndarray, power: float) -> np.ndarray:
    if power == 1:
        return y
    if power == 0:
        return np.expm1(y)
    # A negative power bends towards a ceiling that no value reaches.
    return np.maximum(y * power + 1, 1e-12) ** (1 / power) - 1


def _bent_column(x: Any, power: float) -> Any:
    if power == 1:
        return x
    return (x + 1.0).ln() if power == 0 else ((x + 1.0) ** power - 1.0) / power


def _skewness(x: np.ndarray) -> float:
    if np.ptp(x) == 0:
        return 0.0
    found = float(stats.skew(x))
    return found if math.isfinite(found) else 0.0


def _significant(value: float) -> float:
    """Round to the digits that a reader of SQL can bear, and every engine reads alike."""
    return float(f"{value:.{_DIGITS}g}")


def read_ways(transform: Any, features: list[str]) -> Mapping[str, str]:
    """Spread ``transform`` over the features: one way for all, or a mapping for some."""
    if isinstance(transform, Mapping):
        return {name: transform.get(name, "auto") for name in features}
    return dict.fromkeys(features, transform)
