"""Ids without a Python loop: a million of them in a fraction of a second."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def numbered(prefix: str, numbers: np.ndarray, width: int = 7) -> Any:
    """Write ids such as ``C0000017``: a prefix, then a number filled up with zeros."""
    text = pa.large_string()
    digits = pc.cast(pa.array(np.asarray(numbers, dtype=np.int64)), text)
    filled = pc.utf8_lpad(digits, width=width, padding="0")
    joined = pc.binary_join_element_wise(pa.scalar(prefix, text), filled, pa.scalar("", text))
    return pd.array(joined, dtype="str")
