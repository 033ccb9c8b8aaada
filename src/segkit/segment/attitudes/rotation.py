"""Turning factors so that each item belongs to few of them: varimax and promax."""

from __future__ import annotations

import numpy as np

_PROMAX_POWER = 4
_SWEEPS, _ENOUGH = 200, 1e-9


def varimax(loadings: np.ndarray) -> np.ndarray:
    """Turn loadings by a right angle so that their squares differ most within each factor.

    Items count alike whatever their communality (Kaiser's normalisation).

    References
    ----------
    Kaiser (1958), The varimax criterion for analytic rotation in factor analysis,
    Psychometrika 23.
    """
    size = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    size[size == 0] = 1.0
    rows = loadings / size
    for _sweep in range(_SWEEPS):
        turns = [
            _turn_pair(rows, j, k)
            for j in range(rows.shape[1])
            for k in range(j + 1, rows.shape[1])
        ]
        if max(turns, default=0.0) < _ENOUGH:
            break
    return rows * size


def _turn_pair(rows: np.ndarray, j: int, k: int) -> float:
    """Turn two factors to their best angle, in place; give the angle.

    Pair by pair, as Kaiser did: turning all at once by a singular value decomposition can
    swing between two mirrored places for ever where the structure is clean.
    """
    x, y = rows[:, j].copy(), rows[:, k].copy()
    u, v, n = x**2 - y**2, 2 * x * y, len(x)
    across = 2 * (u @ v - u.sum() * v.sum() / n)
    along = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / n
    angle = 0.25 * float(np.arctan2(across, along))
    rows[:, j] = x * np.cos(angle) + y * np.sin(angle)
    rows[:, k] = y * np.cos(angle) - x * np.sin(angle)
    return abs(angle)


def promax(loadings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Let varimax factors lean towards each other; give the pattern and their correlations.

    References
    ----------
    Hendrickson & White (1964), Promax: a quick method for rotation to oblique simple
    structure, British Journal of Statistical Psychology 17.
    """
    start = varimax(loadings)
    if start.shape[1] < 2:
        return start, np.eye(start.shape[1])
    target = start * np.abs(start) ** (_PROMAX_POWER - 1)
    turn = np.linalg.lstsq(start, target, rcond=None)[0]
    # Columns are scaled so that the factors have variance 1.
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    back = np.linalg.inv(turn)
    return start @ turn, back @ back.T
