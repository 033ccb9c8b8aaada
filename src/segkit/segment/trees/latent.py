"""Find customers who never complained but behave like those who did (S11)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from segkit.checks import check_columns, check_number, fail
from segkit.collect.frames import Frame, as_ibis, kind_of, like
from segkit.errors import DataError
from segkit.i18n import _, format_number, format_percent, ngettext
from segkit.segment.profile import measure
from segkit.segment.result import Segmentation
from segkit.segment.trees.data import prepare, read_outcome
from segkit.segment.trees.fitting import Growth, Training, cross_scores, fit_scorers
from segkit.segment.trees.latent_definition import SCORE, LatentDefinition, check_flag
from segkit.segment.trees.leaves import leaf_definition
from segkit.segment.trees.scores import Estimate, auc

_WHO = "find_latent"
_REPEATS = 4
_FEWEST = 20
#: Below this a score tells too little to call anybody dissatisfied who said nothing: the
#: least that Hosmer and Lemeshow (2000), Applied Logistic Regression, p. 162, call acceptable.
LEAST_AUC = 0.7


@dataclass(frozen=True, eq=False)
class LatentDissatisfaction:
    """Silent customers who behave like complainers; made by :func:`find_latent`.

    Attributes
    ----------
    segmentation : Segmentation
        ``customers`` has ``customer_id``, ``dissatisfaction_score`` and ``segment``: explicit,
        rated, latent or none. Its ``assign`` scores new customers by the tree.
    cutoff : float or None
        From this score on a silent customer is taken as latent; None where behaviour tells too
        little and nobody is.
    auc : Estimate
        How well the scores tell those who spoke from those who did not; since some of the
        silent are dissatisfied, it is a lower bound.
    expected_precision : float
        The largest share of the latent that may be dissatisfied, by scores that did not choose
        them. Where behaviour parts the dissatisfied from the others it is near the true share
        (in 20 made-up banks of 4,000 customers 2 percentage points above it on average, from 3
        below to 8 above); where the two overlap it is far above it (0.79 to 0.93 in simulations
        in which 0.37 to 0.61 were dissatisfied).
    """

    segmentation: Segmentation
    cutoff: float | None
    auc: Estimate
    expected_precision: float

    @property
    def customers(self) -> Frame:
        """``customer_id``, ``dissatisfaction_score`` and ``segment`` of every customer."""
        return self.segmentation.customers

    @property
    def rules(self) -> pd.DataFrame:
        """The groups of the tree that scores new customers, most likely first."""
        definition = self.segmentation.definition
        assert isinstance(definition, LatentDefinition)
        return definition.scorer.rules()

    @property
    def table(self) -> pd.DataFrame:
        """The profile of the segments."""
        return self.segmentation.profile

    def summary(self) -> str:
        """Say how many are latent, and how sure that is."""
        profile = self.table.set_index("segment")
        if self.cutoff is None:
            text = _(
                "Behaviour tells too little about who complains: of one who did and one who did "
                "not it puts the right one first in {auc} of cases, surely in {low}, and "
                "{least} are asked for. No silent customer is called dissatisfied."
            )
            return text.format(
                auc=format_percent(self.auc.value, 0),
                low=format_percent(max(0.0, self.auc.low), 0),
                least=format_percent(LEAST_AUC, 0),
            )
        n = int(profile.loc["latent", "n_customers"])
        text = ngettext(
            "{people} customer said nothing but behaves like those who complained; by the scores "
            "at most {share} of such customers are dissatisfied, and asking some of them tells. "
            "Of one who complained and one who did not, the scores put the right one first in "
            "{auc} of cases.",
            "{people} customers said nothing but behave like those who complained; by their "
            "scores at most {share} of them are dissatisfied, and asking some of them tells. "
            "Of one who complained and one who did not, the scores put the right one first in "
            "{auc} of cases.",
            n,
        )
        return text.format(
            people=format_number(n),
            share=format_percent(self.expected_precision),
            auc=format_percent(self.auc.value, 0),
        )

    def __repr__(self) -> str:
        """Name what this is, and the next step."""
        n = int(self.table.set_index("segment").loc["latent", "n_customers"])
        start = "no cut-off" if self.cutoff is None else f"a score of {self.cutoff:.3f} on"
        return (
            f"LatentDissatisfaction: {n:,} latent from {start}.\n"
            "Next: .segmentation.profile, .customers, .rules, .summary()"
        )

    def _repr_html_(self) -> str:
        """Show the profile of the segments."""
        return self.segmentation._repr_html_()


def find_latent(
    customers: Frame,
    complained: str = "complained",
    *,
    rated: str | None = None,
    features: Sequence[str] | None = None,
    max_depth: int = 5,
    random_state: int = 0,
) -> LatentDissatisfaction:
    """Find customers who never complained but behave like those who did.

    Use it to reach dissatisfied customers before they leave. Everybody is scored by trees that
    never saw him or her: folds of the customers, drawn several times.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer: ``customer_id``, who complained, and features of behaviour.
        Nothing that follows from a complaint may be among the features.
    complained : str
        Column that says who complained or was negative in a survey; unknown counts as no.
    rated : str, optional
        Column that says who gave a bad rating; they count as dissatisfied, too.
    features : sequence of str, optional
        Columns of numbers, flags or texts of at most 50 values; default: all others.
    max_depth : int
        Most questions of a tree, 1 to 8.
    random_state : int
        Of the folds; the order of rows does not matter.

    Returns
    -------
    LatentDissatisfaction
        ``segmentation`` with the segments explicit, rated, latent and none.

    Raises
    ------
    DataError
        If columns are missing or unfit, or fewer than 20 customers spoke or were silent.
    ArgumentError
        If another argument is outside its rule.

    Notes
    -----
    The cut-off is where a silent customer is as likely dissatisfied as not. Let c be the share
    of the dissatisfied who speak, taken as the mean score of those who spoke. A silent customer
    of score p is dissatisfied with probability ``(1 - c) / c * p / (1 - p)``, which is one half
    at ``p = c / (2 - c)``. The rule holds if who speaks is chosen by chance among the
    dissatisfied; if the loud behave otherwise than the silent, the silent are found less well.

    The mean score of those who spoke is below c unless the scores part them wholly: then the
    cut-off is too low, and ``expected_precision`` too high. It is told as a largest share, and
    only asking the customers tells the true one.

    Where nothing tells the speakers from the silent, c is the share of all and everybody would
    pass. So there is no cut-off, and nobody is latent, unless the AUC is at least 0.7 even at
    the lower end of its interval.

    References
    ----------
    Elkan and Noto (2008), Learning classifiers from only positive and unlabeled data, KDD,
    equations (2) and (3) and section 2.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = [i % 10 for i in range(400)]
    >>> customers = pd.DataFrame({"customer_id": [f"c{i:03}" for i in range(400)],
    ...     "calls": calls, "complained": [n > 7 and i // 10 % 4 > 0 for i, n in enumerate(calls)]})
    >>> found = find_latent(customers)
    >>> int((found.customers["segment"] == "latent").sum())
    20
    """
    check_number(_WHO, "max_depth", max_depth, low=1, high=8, whole=True)
    check_number(_WHO, "random_state", random_state, low=0, whole=True)
    table = as_ibis(customers, function=_WHO, argument="customers")
    said = [complained, *([rated] if rated else [])]
    check_columns(_WHO, table.columns, ["customer_id", *said, *(features or ())])
    for name in said:
        check_flag(table, name, _WHO)
    prepared = prepare(table, features, function=_WHO, others=said, left_out=[SCORE])
    spoke = np.zeros(len(prepared.frame))
    for name in said:
        answers = read_outcome(prepared.frame[name], function=_WHO, argument=name)
        spoke = np.maximum(spoke, np.nan_to_num(answers))
    _check_enough(spoke, said)
    training = Training(prepared.columns, spoke)
    growth = Growth(prepared.features, int(max_depth))
    rng = np.random.default_rng(random_state)
    drawn, _single = cross_scores(training, growth, rng, _REPEATS)
    # The mean is what these customers are scored by, so it is what the AUC measures.
    score = drawn.mean(axis=0)
    scorer = leaf_definition(fit_scorers(training, growth, rng)[0], "dissatisfaction")
    ranked = auc(spoke, score)
    cutoff = latent_cutoff(score, spoke) if ranked.low >= LEAST_AUC else None
    definition = LatentDefinition(complained, rated, cutoff, scorer)
    scores = pd.DataFrame({"customer_id": prepared.frame["customer_id"], SCORE: score})
    segmentation = _segment(definition, table, scores, customers)
    precision = math.nan if cutoff is None else expected_precision(drawn, spoke)
    return LatentDissatisfaction(segmentation, cutoff, ranked, precision)


def latent_cutoff(score: np.ndarray, spoke: np.ndarray) -> float:
    """Give the score at which a silent customer is as likely dissatisfied as not."""
    c = _share_who_speak(score, spoke)
    return round(c / (2 - c), 6)


def _share_who_speak(score: np.ndarray, spoke: np.ndarray) -> float:
    return float(score[spoke == 1].mean())


def expected_precision(drawn: np.ndarray, spoke: np.ndarray) -> float:
    """Average the probability that the latent are dissatisfied, by scores that did not choose them.

    Who passes a cut-off has a score that is too high more often than too low; the same score
    would expect too much of them. So the customers are chosen by all drawings of the folds but
    one, and judged by that one, each in turn. A row of ``drawn`` is a drawing.
    """
    found = []
    for turn, judge in enumerate(drawn):
        others = np.delete(drawn, turn, axis=0).mean(axis=0)
        latent = judge[(spoke == 0) & (others >= latent_cutoff(others, spoke))]
        c = _share_who_speak(judge, spoke)
        odds = latent / np.maximum(1 - latent, 1e-9)
        if len(latent):
            found.append(float(np.minimum(1.0, (1 - c) / c * odds).mean()))
    return float(np.mean(found)) if found else math.nan


def _check_enough(spoke: np.ndarray, said: Sequence[str]) -> None:
    n = int(spoke.sum())
    if min(n, len(spoke) - n) < _FEWEST:
        rule = f"true for at least {_FEWEST} customers and false for as many"
        found = f"{n:,} of {len(spoke):,}"
        remedy = "There is too little to learn from."
        fail(_WHO, " or ".join(said), rule, found, remedy, error=DataError)


def _segment(
    definition: LatentDefinition, table: ir.Table, scores: pd.DataFrame, original: Frame
) -> Segmentation:
    """Segment by the scores of those who were not seen, not by the tree of everybody."""
    bare = table.drop(SCORE) if SCORE in table.columns else table
    other = ibis.memtable(scores.rename(columns={"customer_id": "segkit_id"}))
    joined = bare.inner_join(other, bare["customer_id"] == other["segkit_id"]).drop("segkit_id")
    measures = measure(definition, joined, function=_WHO)
    scored = definition.expression(joined)
    scored = scored if kind_of(original) == "ibis" else scored.order_by("customer_id")
    return Segmentation(like(scored, original), definition, measures)
