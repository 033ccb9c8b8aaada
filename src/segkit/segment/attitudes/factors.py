"""What lies behind the items: factors, their names, and each respondent's scores on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

import numpy as np
import pandas as pd

from segkit.checks import check_choice, check_number, fail
from segkit.collect.frames import Frame
from segkit.errors import DataError
from segkit.i18n import _, format_list, format_number, join_sentences, ngettext
from segkit.segment.attitudes.answers import Blocks, Scale, check_blocks, read_answers
from segkit.segment.attitudes.extraction import (
    Adequacy,
    adequacy,
    ml_loadings,
    parallel_analysis,
)
from segkit.segment.attitudes.rotation import promax, varimax

_WHO = "find_factors"
#: An item belongs to a factor from this loading on.
BELONGS = 0.4
#: A factor on fewer items is told by chance as easily as by a thing.
_LEAST_ITEMS = 3
_LEAST_RESPONDENTS = 10
#: Share of a block's items that must lie on a factor of its own to call the block separate.
_MOST_OF_A_BLOCK = 0.75


@dataclass(frozen=True, eq=False)
class Factors:
    """Factors behind the items of a survey.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per factor: ``factor``, ``items`` (those that belong to it, strongest first,
        joined), ``n_items``, ``variance_share`` (of all items' variance, by squared
        loadings), ``eigenvalue`` and ``chance_eigenvalue`` of the parallel analysis.
    loadings : pandas.DataFrame
        One row per item: ``item``, ``factor`` (its strongest), ``belongs`` (loading at least
        0.4), ``communality``, then a column per factor with the loading.
    correlations : pandas.DataFrame
        Between the factors; the unit matrix after varimax.
    scores : pandas.DataFrame
        ``customer_id`` and a column per factor, in standard deviations about 0. Who left more
        than a fifth of the items open is missing.
    adequacy : Adequacy
    eigenvalues : pandas.DataFrame
        ``position``, ``eigenvalue``, ``chance_eigenvalue``: for a scree plot.
    weights, centers, spreads :
        Scores are ``((answers - centers) / spreads) @ weights``.
    """

    table: pd.DataFrame
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    scores: pd.DataFrame
    adequacy: Adequacy
    eigenvalues: pd.DataFrame
    weights: pd.DataFrame = field(repr=False)
    centers: pd.Series = field(repr=False)
    spreads: pd.Series = field(repr=False)
    scale: Scale = (1.0, 5.0)
    rotation: str = "promax"
    was_asked_for: bool = False

    @property
    def names(self) -> list[str]:
        """The names of the factors."""
        return list(self.table["factor"])

    @property
    def items(self) -> list[str]:
        """The items that were used, those that vary."""
        return list(self.loadings["item"])

    def compare_blocks(self, blocks: Blocks) -> pd.DataFrame:
        """Tell which blocks of items have a factor of their own, and which share one.

        A block's home is the factor that most of its items load on strongest. It is
        ``separate`` when three quarters of its items are there and no other block has the
        same home; blocks with one home are ``merged``; others ``split``.

        Returns
        -------
        pandas.DataFrame
            ``block``, ``factor`` (home), ``n_items``, ``n_at_home``, ``verdict``,
            ``merged_with`` (the other blocks with that home, joined).
        """
        from sklearn.metrics import adjusted_rand_score

        named = check_blocks("compare_blocks", blocks, self.items)
        strongest = self.loadings.set_index("item")["factor"]
        homes = {name: strongest[members].mode().iloc[0] for name, members in named.items()}
        rows = []
        for name, members in named.items():
            home = homes[name]
            at_home = int((strongest[members] == home).sum())
            others = [other for other, place in homes.items() if place == home and other != name]
            whole = at_home >= _MOST_OF_A_BLOCK * len(members)
            verdict = "split" if not whole else "merged" if others else "separate"
            rows.append((name, home, len(members), at_home, verdict, format_list(others)))
        columns = ["block", "factor", "n_items", "n_at_home", "verdict", "merged_with"]
        found = pd.DataFrame(rows, columns=columns)
        given = [(name, strongest[item]) for name, members in named.items() for item in members]
        truth, got = zip(*given, strict=True)
        found.attrs["adjusted_rand"] = float(adjusted_rand_score(truth, got))
        return found

    def summary(self) -> str:
        """Say how many factors there are, what they are made of, and how firm that is."""
        n = len(self.table)
        text = ngettext(
            "{n_items} items measure {n} thing.", "{n_items} items measure {n} things.", n
        )
        lines = [text.format(n_items=format_number(len(self.items)), n=format_number(n))]
        lines += [
            _("{factor}: {items}.").format(factor=row.factor, items=row.items)
            for row in self.table.itertuples(index=False)
        ]
        kmo = format_number(self.adequacy.kmo, 2)
        if self.adequacy.kmo >= 0.6:
            text = _("The items hang together well enough for that (KMO {kmo}).")
        else:
            text = _("The items hardly hang together (KMO {kmo}): do not build on these factors.")
        return join_sentences([*lines, text.format(kmo=kmo)])

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"Factors: {len(self.table)} behind {len(self.items)} items "
            f"({', '.join(self.names)}).\n"
            "Next: .loadings, .scores, .compare_blocks(blocks), segment_attitudes(answers)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.loadings.round(2).to_html(index=False)}"


def find_factors(
    answers: Frame,
    items: Sequence[str] | None = None,
    *,
    n: int | Literal["auto"] = "auto",
    rotation: str = "promax",
    labels: Mapping[str, str] | None = None,
    scale: Scale | None = None,
    random_state: int = 0,
) -> Factors:
    """Find the few things that many items measure, and score each respondent on them.

    ``n="auto"`` takes parallel analysis as the upper bound and then the largest number whose
    factors each have three items of their own: with few respondents and many alike items
    parallel analysis alone finds pairs of similarly worded questions. Factors are by maximum
    likelihood. They are turned by promax, because attitudes lean on each other; varimax
    keeps them at right angles and is for those who need uncorrelated scores. Scores are by
    regression (Thurstone).

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        A survey in long form or wide, with ``customer_id``.
    items : sequence of str, optional
        Items to use; all by default. Items without variance are left out.
    n : int or "auto"
        Number of factors, from 1 to half the items.
    rotation : {"promax", "varimax"}
    labels : mapping, optional
        Own names of factors: by the name that was given, from the items.
    scale : (float, float), optional
        Lowest and highest answer, points; found from the data by default.
    random_state : int
        For parallel analysis.

    Returns
    -------
    Factors

    Raises
    ------
    DataError
        If fewer than two items vary, or fewer than 10 respondents (or than two more than the
        items) answered enough of them.
    ArgumentError
        If an argument is outside its range.

    References
    ----------
    Costello & Osborne (2005), Best practices in exploratory factor analysis, Practical
    Assessment, Research & Evaluation 10: at least three items to a factor. Thurstone (1935),
    The Vectors of Mind: scores by regression.

    Examples
    --------
    >>> from segkit.synthetic import make_cosmetics
    >>> survey = make_cosmetics(600, seed=1, tables=["survey"])["survey"]
    >>> asked = [f"{block}_{i}" for block in ("price", "quality", "loyalty") for i in (1, 2, 3)]
    >>> sorted(find_factors(survey, asked).names)
    ['loyalty', 'price', 'quality']
    """
    check_choice(_WHO, "rotation", rotation, ("promax", "varimax"))
    read = read_answers(_WHO, answers, items, scale)
    matrix = _usable(read.filled())
    z = (matrix - matrix.mean()) / matrix.std()
    related = np.corrcoef(z.to_numpy(), rowvar=False)
    seed = int(check_number(_WHO, "random_state", random_state, low=0, whole=True))
    real, chance = parallel_analysis(related, len(matrix), random_state=seed)
    k = how_many(n, related, real, chance, rotation)
    pattern, leaning = turned(related, k, rotation)
    names = _names(matrix.columns, pattern, labels or {})
    weights = np.linalg.pinv(related, hermitian=True) @ pattern @ leaning
    # Regression scores shrink; in standard deviations they read alike on each factor.
    spread = np.sqrt(np.diag(weights.T @ related @ weights))
    weights = weights / np.where(spread > 0, spread, 1.0)
    scores = pd.DataFrame(z.to_numpy() @ weights, columns=names, index=matrix.index)
    eigen = {"eigenvalue": real, "chance_eigenvalue": chance}
    return Factors(
        table=_table(matrix.columns, pattern, leaning, names, real, chance),
        loadings=_loadings(matrix.columns, pattern, leaning, names),
        correlations=pd.DataFrame(leaning, index=names, columns=names),
        scores=scores.reset_index(),
        adequacy=adequacy(related, len(matrix)),
        eigenvalues=pd.DataFrame({"position": np.arange(1, len(real) + 1), **eigen}),
        weights=pd.DataFrame(weights, index=matrix.columns, columns=names),
        centers=matrix.mean(),
        spreads=matrix.std(),
        scale=read.scale,
        rotation=rotation,
        was_asked_for=n != "auto",
    )


def turned(related: np.ndarray, k: int, rotation: str) -> tuple[np.ndarray, np.ndarray]:
    """Give loadings turned to few items each, strongest factor first, and how they lean."""
    loadings = ml_loadings(related, k)
    pattern, leaning = promax(loadings) if rotation == "promax" else (varimax(loadings), np.eye(k))
    order = np.argsort(-(pattern**2).sum(axis=0), kind="stable")
    pattern, leaning = pattern[:, order], leaning[np.ix_(order, order)]
    # The strongest items of a factor shall say yes to it.
    signs = np.where((pattern**3).sum(axis=0) < 0, -1.0, 1.0)
    return pattern * signs, leaning * np.outer(signs, signs)


def _usable(matrix: pd.DataFrame) -> pd.DataFrame:
    varying = matrix.loc[:, matrix.std() > 0] if len(matrix) > 1 else matrix.iloc[:, :0]
    if varying.shape[1] < 2:
        rule, got = "at least two items whose answers differ", list(varying.columns)
        fail(_WHO, "items", rule, got, "Ask more questions.", error=DataError)
    needed = max(_LEAST_RESPONDENTS, varying.shape[1] + 2)
    if len(varying) < needed:
        rule = f"answers of at least {needed} respondents"
        remedy = "Use fewer items or wait for more answers."
        fail(_WHO, "answers", rule, len(varying), remedy, error=DataError)
    return varying


def how_many(
    n: int | str, related: np.ndarray, real: np.ndarray, chance: np.ndarray, rotation: str
) -> int:
    """Give the number of factors: as asked, else what parallel analysis and items carry."""
    most = max(1, len(related) // 2)
    if n != "auto":
        named = f"n (n_factors), of {len(related)} items,"
        return int(check_number(_WHO, named, n, low=1, high=most, whole=True))
    above = int(np.argmax(np.append(real <= chance, True)))
    for k in range(min(above, len(related) // _LEAST_ITEMS), 1, -1):
        pattern = np.abs(turned(related, k, rotation)[0])
        if _own(pattern).sum(axis=0).min() >= _LEAST_ITEMS:
            return k
    return 1


def _members(items: Sequence[str], column: np.ndarray, is_own: np.ndarray) -> list[str]:
    order = sorted(np.flatnonzero(is_own), key=lambda i: (-abs(column[i]), i))
    return [items[int(i)] for i in order]


def _own(pattern: np.ndarray) -> np.ndarray:
    size = np.abs(pattern)
    return (size == size.max(axis=1, keepdims=True)) & (size >= BELONGS)


def _names(items: Sequence[str], pattern: np.ndarray, labels: Mapping[str, str]) -> list[str]:
    """Name factors after what their items' names begin with, else after the strongest item."""
    found: list[str] = []
    own = _own(pattern)
    for j in range(pattern.shape[1]):
        members = _members(items, pattern[:, j], own[:, j])
        name = _common_name(members or [items[int(np.abs(pattern[:, j]).argmax())]])
        name = labels.get(name, name)
        while name in (*found, "customer_id", "segment", "item", "factor"):
            name += "_2"
        found.append(name)
    return found


def _common_name(members: Sequence[str]) -> str:
    stems = list(dict.fromkeys(member.rstrip("0123456789_- .") or member for member in members))
    counts = {stem: sum(member.startswith(stem) for member in members) for stem in stems}
    main = [stem for stem in stems if counts[stem] >= 2] or stems[:1]
    first, last = min(main), max(main)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    shared = first[:same].rstrip("0123456789_- .")
    return shared if len(shared) > 2 else "_".join(main[:2])


def _table(
    items: Sequence[str],
    pattern: np.ndarray,
    leaning: np.ndarray,
    names: list[str],
    real: np.ndarray,
    chance: np.ndarray,
) -> pd.DataFrame:
    own, k = _own(pattern), len(names)
    listed = [_members(items, pattern[:, j], own[:, j]) for j in range(k)]
    structure = pattern @ leaning
    return pd.DataFrame(
        {
            "factor": names,
            "items": [", ".join(members) for members in listed],
            "n_items": [len(members) for members in listed],
            "variance_share": (pattern * structure).sum(axis=0) / len(items),
            "eigenvalue": real[:k],
            "chance_eigenvalue": chance[:k],
        }
    )


def _loadings(
    items: Sequence[str], pattern: np.ndarray, leaning: np.ndarray, names: list[str]
) -> pd.DataFrame:
    size = np.abs(pattern)
    strongest = size.argmax(axis=1)
    found = pd.DataFrame(
        {
            "item": list(items),
            "factor": [names[j] for j in strongest],
            "belongs": size.max(axis=1) >= BELONGS,
            "communality": (pattern * (pattern @ leaning)).sum(axis=1),
        }
    )
    return pd.concat([found, pd.DataFrame(pattern, columns=names)], axis=1)
