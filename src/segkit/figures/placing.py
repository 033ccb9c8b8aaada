"""Names beside points: near their point, apart from each other, off the marks where possible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_STEP = 4.0
_SPACE = 3.0
#: What a name costs that lies on a mark, in pixels of distance.
_ON_MARK = 60.0

Box = tuple[float, float, float, float]


def place_labels(
    points: Sequence[tuple[float, float]],
    radii: Sequence[float],
    sizes: Sequence[tuple[float, float]],
    area: tuple[float, float],
) -> list[tuple[float, float]]:
    """Find for each label the middle of its box, in pixels; labels never overlap if they can.

    Each takes, in the order given, the free place nearest to its mark.

    Parameters
    ----------
    points, radii
        Marks in pixels from the lower left.
    sizes
        Width and height of each label.
    area
        Width and height of what the labels must stay inside.
    """
    marks = np.asarray(points, dtype="float64").reshape(-1, 2)
    sizes_of_marks = np.asarray(radii, dtype="float64")
    taken: list[Box] = []
    found = []
    for (x, y), radius, (width, height) in zip(points, radii, sizes, strict=True):
        across = np.arange(width / 2, max(area[0] - width / 2, width / 2) + _STEP, _STEP)
        up = np.arange(height / 2, max(area[1] - height / 2, height / 2) + _STEP, _STEP)
        across = np.minimum(across, max(area[0] - width / 2, width / 2))
        up = np.minimum(up, max(area[1] - height / 2, height / 2))
        xs, ys = (grid.ravel() for grid in np.meshgrid(across, up))
        cost = _gap(xs, ys, (width, height), (x, y), radius)
        cost = cost + _ON_MARK * _covered(xs, ys, (width, height), marks, sizes_of_marks)
        for left, low, right, high in taken:
            clash = (xs + width / 2 + _SPACE > left) & (xs - width / 2 - _SPACE < right)
            clash &= (ys + height / 2 > low) & (ys - height / 2 < high)
            cost = cost + np.where(clash, 1e6, 0.0)
        best = int(cost.argmin())
        middle = (float(xs[best]), float(ys[best]))
        found.append(middle)
        box = (middle[0] - width / 2, middle[1] - height / 2)
        taken.append((*box, middle[0] + width / 2, middle[1] + height / 2))
    return found


def nearest_edge(
    middle: tuple[float, float], size: tuple[float, float], point: tuple[float, float]
) -> tuple[float, float]:
    """Give the place on a label's box that is nearest to a point."""
    x = min(max(point[0], middle[0] - size[0] / 2), middle[0] + size[0] / 2)
    y = min(max(point[1], middle[1] - size[1] / 2), middle[1] + size[1] / 2)
    return x, y


def _gap(
    xs: np.ndarray,
    ys: np.ndarray,
    size: tuple[float, float],
    point: tuple[float, float],
    radius: float,
) -> np.ndarray:
    """Measure how far each place is from a mark's edge; beside is a little better than above."""
    dx = np.maximum(np.abs(xs - point[0]) - size[0] / 2, 0)
    dy = np.maximum(np.abs(ys - point[1]) - size[1] / 2, 0)
    off = np.abs(np.hypot(dx, dy) - radius - 4)
    return off + 0.08 * np.abs(ys - point[1])


def _covered(
    xs: np.ndarray,
    ys: np.ndarray,
    size: tuple[float, float],
    marks: np.ndarray,
    radii: np.ndarray,
) -> np.ndarray:
    """Count the marks that each place would lie on."""
    found = np.zeros(len(xs))
    for (x, y), radius in zip(marks, radii, strict=True):
        dx = np.maximum(np.abs(xs - x) - size[0] / 2, 0)
        dy = np.maximum(np.abs(ys - y) - size[1] / 2, 0)
        found += np.hypot(dx, dy) < radius + 1
    return found
