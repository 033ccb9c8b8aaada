"""The array type and the units of time the models share."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64] | Any

#: Days in a month, the same everywhere in segkit.
MONTH_DAYS = 365.25 / 12
YEAR_DAYS = 365.25

#: Days in one unit of model time.
UNIT_DAYS: dict[str, float] = {"day": 1.0, "week": 7.0, "month": MONTH_DAYS}
