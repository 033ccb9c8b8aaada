"""The blocks a survey was built of against its factors: how many, and which are one thing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape
from itertools import combinations

import numpy as np
import pandas as pd

from segkit.checks import check_number, fail
from segkit.collect.frames import Frame
from segkit.errors import DataError
from segkit.i18n import _, format_list, format_number, join_sentences, ngettext
from segkit.segment.attitudes.answers import Blocks, Scale, check_blocks, read_answers
from segkit.segment.attitudes.extraction import least_partial, parallel_analysis
from segkit.segment.attitudes.factors import how_many, turned
from segkit.segment.attitudes.items import ItemCheck
from segkit.segment.attitudes.survey import Survey
from segkit.segment.missing import Missing

_WHO = "check_blocks_apart"
#: From this correlation on two blocks measure one thing (Henseler et al. 2015, p. 121, for
#: things that are alike by their meaning).
ONE_THING = 0.9
_N_DRAWS = 500
_LEAST_RESPONDENTS = 10
#: Share of the resamples that must give a correlation for its interval to be told.
_KNOWN = 0.95


@dataclass(frozen=True, eq=False)
class BlockCheck:
    """Blocks of a survey held against its factors; made by :func:`check_blocks_apart`.

    Attributes
    ----------
    pairs : pandas.DataFrame
        One row per pair of blocks, the most alike first: ``one``, ``other``, ``correlation``
        (of what the two measure, freed of the items' errors; NaN where a block has a single
        item or items that run against each other), ``low``, ``high`` (95 %), ``is_apart``
        (size below 0.9).
    numbers : pandas.DataFrame
        One row per rule for the number of factors: ``rule`` (``chosen``, ``map``,
        ``kaiser``, ``parallel``, ``blocks``), ``n_factors``, ``n_at_home`` (items that load
        strongest on the factor most of their block do), ``adjusted_rand`` (items by factor
        against items by block), ``joined_rand`` (the same against ``joined``); NaN for no
        factor, and for more factors than half the items.
    joined : dict
        Blocks to their items, those that are not apart put together.
    n_items : int
    was_asked_for : bool
        Whether the number of factors was given, and not found in the answers.
    """

    pairs: pd.DataFrame
    numbers: pd.DataFrame
    joined: dict[tuple[str, ...], list[str]] = field(repr=False)
    n_items: int
    was_asked_for: bool = False

    def row(self, rule: str) -> pd.Series:
        """Give the row of a rule for the number of factors."""
        return self.numbers.set_index("rule").loc[rule]

    def summary(self) -> str:
        """Say how many things the blocks measure, and which of them are one."""
        chosen, known = self.row("chosen"), self.row("blocks")
        text = ngettext(
            "The answers show {n} factor, the survey was built of {blocks}; {home} of {items} "
            "items lie where most of their block do.",
            "The answers show {n} factors, the survey was built of {blocks}; {home} of {items} "
            "items lie where most of their block do.",
            int(chosen["n_factors"]),
        )
        if self.was_asked_for:
            text = ngettext(
                "{n} factor was asked for, the survey was built of {blocks} blocks; {home} of "
                "{items} items lie where most of their block do.",
                "{n} factors were asked for, the survey was built of {blocks} blocks; {home} of "
                "{items} items lie where most of their block do.",
                int(chosen["n_factors"]),
            )
        lines = [
            text.format(
                n=format_number(chosen["n_factors"]),
                blocks=format_number(known["n_factors"]),
                home=format_number(chosen["n_at_home"]),
                items=format_number(self.n_items),
            )
        ]
        if self._merges:
            lines.append(_("With fewer factors than blocks, several blocks fall together in one."))
        one = self.pairs[~self.pairs["is_apart"] & self.pairs["correlation"].notna()]
        if len(one):
            named = format_list(
                _("{block} and {other} ({correlation})").format(
                    block=row.one, other=row.other, correlation=format_number(row.correlation, 2)
                )
                for row in one.itertuples(index=False)
            )
            lines.append(
                _("These blocks cannot be told apart by their answers: {pairs}.").format(
                    pairs=named
                )
            )
        return join_sentences(lines)

    @property
    def _merges(self) -> bool:
        """Whether blocks share a factor only because too few factors were asked for."""
        few = self.row("chosen")["n_factors"] < len(self.joined)
        return bool(self.was_asked_for and few)

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        return (
            f"BlockCheck of {len({*self.pairs['one'], *self.pairs['other']})} blocks, "
            f"{len(self.joined)} of them apart.\nNext: .pairs, .numbers, .joined, .summary()"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.summary())}</p>{self.pairs.round(2).to_html(index=False)}"


def check_blocks_apart(
    answers: Frame,
    blocks: Blocks,
    *,
    n: int | None = None,
    scale: Scale | None = None,
    random_state: int = 0,
) -> BlockCheck:
    """Tell which blocks of a survey measure different things, and how many factors there are.

    A survey is built of blocks by theory, and its answers may show fewer things. Use this to
    see which blocks are one in the respondents' minds, and whether factors find the blocks
    where as many are asked for as the survey was built of.

    Parameters
    ----------
    answers : pandas, polars, pyarrow or Ibis table
        A survey in long form or wide, with ``customer_id``.
    blocks : mapping
        Name of a block to its items; two blocks at least.
    n : int, optional
        Number of factors that was chosen; that of :func:`find_factors` by default.
    scale : (float, float), optional
        Lowest and highest answer, points; found from the data by default.
    random_state : int
        Of the resamples and of parallel analysis.

    Returns
    -------
    BlockCheck

    Raises
    ------
    DataError
        If items are missing, or too few respondents answered.
    ArgumentError
        If there is one block alone, or an argument is outside its range.

    References
    ----------
    Henseler, Ringle & Sarstedt (2015), A new criterion for assessing discriminant validity in
    variance-based structural equation modeling, Journal of the Academy of Marketing Science
    43: the ratio of correlations between and within blocks, with resampled intervals.
    Velicer (1976), Determining the number of components from the matrix of partial
    correlations, Psychometrika 41. Kaiser (1960), The application of electronic computers to
    factor analysis, Educational and Psychological Measurement 20.

    Examples
    --------
    >>> from segkit.synthetic import make_cosmetics
    >>> survey = make_cosmetics(600, seed=1, tables=["survey"])["survey"]
    >>> named = {b: [f"{b}_{i}" for i in (1, 2, 3)] for b in ("price", "quality", "loyalty")}
    >>> found = check_blocks_apart(survey, named)
    >>> len(found.joined), float(found.row("blocks")["adjusted_rand"])
    (3, 1.0)
    """
    seed = int(check_number(_WHO, "random_state", random_state, low=0, whole=True))
    asked = [item for members in blocks.values() for item in members]
    matrix = read_answers(_WHO, answers, asked, scale).filled()
    matrix = matrix.loc[:, matrix.std() > 0]
    named = {name: [i for i in members if i in matrix] for name, members in blocks.items()}
    named = check_blocks(_WHO, {k: v for k, v in named.items() if v}, matrix.columns)
    if len(named) < 2:
        fail(_WHO, "blocks", "two or more blocks whose answers differ", list(named))
    items = [item for members in named.values() for item in members]
    if len(matrix) < max(_LEAST_RESPONDENTS, len(items) + 2):
        rule = f"answers of at least {max(_LEAST_RESPONDENTS, len(items) + 2)} respondents"
        fail(_WHO, "answers", rule, len(matrix), "Wait for more answers.", error=DataError)
    values = matrix[items].to_numpy()
    pairs = _pairs(values, named, np.random.default_rng(seed))
    joined = _joined(named, pairs)
    numbers = _numbers(values, items, named, joined, (n, seed))
    return BlockCheck(pairs, numbers, joined, len(items), n is not None)


def _places(named: dict[str, list[str]]) -> list[np.ndarray]:
    ends = np.cumsum([len(members) for members in named.values()])
    return [np.arange(e - len(m), e) for e, m in zip(ends, named.values(), strict=True)]


def _ratios(related: np.ndarray, places: list[np.ndarray]) -> np.ndarray:
    """Divide the mean correlation between two blocks by that within them, pair by pair."""
    within = []
    for rows in places:
        own = related[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)]
        mean = float(own.mean()) if len(own) else math.nan
        within.append(mean if mean > 0 else math.nan)
    return np.array(
        [
            related[np.ix_(places[a], places[b])].mean() / math.sqrt(within[a] * within[b])
            for a, b in combinations(range(len(places)), 2)
        ]
    )


def _pairs(
    values: np.ndarray, named: dict[str, list[str]], rng: np.random.Generator
) -> pd.DataFrame:
    places, n = _places(named), len(values)
    found = _ratios(np.corrcoef(values, rowvar=False), places)
    drawn = []
    for _draw in range(_N_DRAWS):
        rows = values[rng.integers(n, size=n)]
        # An item that all of a resample answer alike has no correlations there.
        if (np.ptp(rows, axis=0) > 0).all():
            drawn.append(_ratios(np.corrcoef(rows, rowvar=False), places))
    low, high = _range(np.array(drawn), found)
    names = list(combinations(named, 2))
    table = pd.DataFrame(names, columns=["one", "other"])
    table = table.assign(correlation=found, low=low, high=high)
    table["is_apart"] = ~(table["correlation"].abs() >= ONE_THING)
    order = (-table["correlation"].abs()).sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _range(drawn: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Give the ends of each pair's interval, of the resamples in which it has a correlation.

    In a resample two weak items may run against each other; where more than one in twenty do,
    no interval can be told.
    """
    ends = np.full((2, len(found)), math.nan)
    for pair in range(len(found)) if len(drawn) else ():
        known = drawn[:, pair][np.isfinite(drawn[:, pair])]
        if len(known) >= _KNOWN * len(drawn):
            ends[:, pair] = np.quantile(known, [0.025, 0.975])
    return ends


def _joined(named: dict[str, list[str]], pairs: pd.DataFrame) -> dict[tuple[str, ...], list[str]]:
    """Put blocks together that are not apart, also by way of a third one."""
    groups = [{name} for name in named]
    for row in pairs[~pairs["is_apart"]].itertuples(index=False):
        one, other = (next(g for g in groups if name in g) for name in (row.one, row.other))
        if one is not other:
            one |= other
            groups.remove(other)
    return {
        tuple(name for name in named if name in group): [
            item for name in named if name in group for item in named[name]
        ]
        for group in groups
    }


def _numbers(
    values: np.ndarray,
    items: list[str],
    named: dict[str, list[str]],
    joined: dict[tuple[str, ...], list[str]],
    asked: tuple[int | None, int],
) -> pd.DataFrame:
    from sklearn.metrics import adjusted_rand_score

    n, seed = asked
    related, most = np.corrcoef(values, rowvar=False), max(1, len(items) // 2)
    real, chance = parallel_analysis(related, len(values), random_state=seed)
    rules = {
        "chosen": how_many("auto" if n is None else n, related, real, chance, "promax"),
        "map": least_partial(related),
        "kaiser": int((np.linalg.eigvalsh(related) > 1).sum()),
        "parallel": int(np.argmax(np.append(real <= chance, True))),
        "blocks": len(named),
    }
    own = {item: name for name, members in named.items() for item in members}
    together = {item: str(name) for name, members in joined.items() for item in members}
    rows: list[tuple[object, ...]] = []
    for rule, number in rules.items():
        if not 1 <= number <= most:
            # So many factors cannot be told from these items: nothing is said of them.
            rows.append((rule, number, math.nan, math.nan, math.nan))
            continue
        k = number
        home = pd.Series(np.abs(turned(related, k, "promax")[0]).argmax(axis=1), index=items)
        at_home = sum(int((home[m] == home[m].mode().iloc[0]).sum()) for m in named.values())
        agreed = [
            float(adjusted_rand_score([where[item] for item in items], home))
            for where in (own, together)
        ]
        rows.append((rule, number, at_home, *agreed))
    columns = ["rule", "n_factors", "n_at_home", "adjusted_rand", "joined_rand"]
    return pd.DataFrame(rows, columns=columns)


def check_survey_blocks(
    survey: Survey, check: ItemCheck, n: int | None = None
) -> BlockCheck | Missing:
    """Hold a survey's own blocks against its factors, under their names for readers.

    Parameters
    ----------
    survey : Survey
        From :func:`read_survey`.
    check : ItemCheck
        The answers to go on with.
    n : int, optional
        Number of factors that was chosen; as many as the answers show by default.

    Returns
    -------
    BlockCheck or Missing
        Missing where the survey has one block alone.

    Examples
    --------
    >>> from segkit.segment.attitudes import check_items, read_survey
    >>> survey = read_survey("survey")
    >>> found = check_survey_blocks(survey, check_items(survey.answers, blocks=survey.blocks))
    >>> int(found.row("chosen")["n_factors"])
    3
    """
    if len(survey.blocks) < 2:
        return Missing(
            _("Whether blocks can be told apart cannot be said: the survey has one block alone.")
        )
    labels = {name: survey.label(name) for name in survey.blocks}
    plain = len(set(labels.values())) < len(labels)
    named = {name if plain else labels[name]: items for name, items in survey.blocks.items()}
    return check_blocks_apart(check.answers, named, n=n, scale=check.scale)
