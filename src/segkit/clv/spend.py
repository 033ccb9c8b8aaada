"""How much a customer spends on a purchase day, told from how much they spent so far.

The Gamma-Gamma model pulls a customer's mean towards everybody's mean, the more the fewer
purchases it rests on. It wants positive spend and no link between spend and frequency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_choice, check_columns, fail
from segkit.clv.fitters import fit_parameters
from segkit.clv.pairs import Pairs
from segkit.collect.frames import Frame, as_ibis
from segkit.errors import DataError, ModelError

SPEND_MODELS = ("gamma_gamma", "observed_mean")
#: Fewer repeat customers than this do not carry three parameters.
FEWEST_FOR_MODEL = 30
_LARGEST = 1e300


@dataclass(frozen=True)
class SpendFit:
    """Expected spend per purchase day: parameters, or plain means where they do not hold.

    Attributes
    ----------
    kind : {"gamma_gamma", "observed_mean"}
        What is used, which is not always what was asked for; ``fallback`` says why.
    population_mean : float
        Expected spend of a customer without a repeat purchase, in currency.
    correlation : float
        Pearson correlation between frequency and mean spend of the customers used.
    n_customers, n_unspent : int
        Customers used: at least one repeat purchase and positive spend; repeat customers
        left out because their spend is zero or below.
    n_sample : int
        Customers the Gamma-Gamma parameters rest on where all are too many; 0 for all.
    fallback : {"", "few", "heavy_tail", "no_fit"}
    """

    kind: str
    params: dict[str, float]
    log_likelihood: float
    intervals: pd.DataFrame | None
    population_mean: float
    correlation: float
    n_customers: int
    n_unspent: int
    fallback: str = ""
    penalizer: float = 0.0
    n_sample: int = 0


def fit_spend(
    customers: Frame,
    *,
    spend: str = "gamma_gamma",
    penalizer: float = 0.0,
    function: str = "fit_spend",
) -> SpendFit:
    """Fit the spend per purchase day of repeat customers.

    The first purchase of each customer is left out of ``monetary_value`` by
    ``summarize_customers``, as in the published CDNOW figures. Below thirty usable
    customers, or where the fitted mean is infinite (q at most 1), plain means are used
    instead and ``fallback`` says so. Beyond 50,000 distinct pairs of frequency and mean
    spend the Gamma-Gamma parameters are found on a sample: one of every k customers in the
    order of both, which is the same for any order of the rows and keeps the parameters within
    their own standard errors. Means and correlation are those of all customers.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        With ``frequency`` and ``monetary_value`` (mean spend of a repeat purchase day,
        currency).
    spend : {"gamma_gamma", "observed_mean"}
    penalizer : float
        lifetimes' penalty on the squared parameters, at least 0.
    function : str
        Who asks, for the wording of an error.

    Returns
    -------
    SpendFit

    Raises
    ------
    ArgumentError
        If ``spend`` is unknown.
    DataError
        If columns are missing, or no customer has a repeat purchase with positive spend.

    References
    ----------
    Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value, equations 1a and 5.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"frequency": [1, 3, 0], "monetary_value": [20.0, 40.0, 0.0]})
    >>> fit_spend(customers, spend="observed_mean").population_mean   # (20 + 3 x 40) / 4
    35.0
    """
    check_choice(function, "spend", spend, SPEND_MODELS)
    table = as_ibis(customers, function=function, argument="customers")
    remedy = "summarize_customers makes them from transactions."
    check_columns(function, table.columns, ["frequency", "monetary_value"], remedy=remedy)
    check_spend(function, table)
    pairs = Pairs.of(table.filter(table.frequency > 0), function)
    if not pairs.n_customers:
        rule = "positive for some repeat customer"
        fail(function, "monetary_value", rule, "none", remedy, error=DataError)
    plain = SpendFit(
        kind="observed_mean",
        params={},
        log_likelihood=math.nan,
        intervals=None,
        population_mean=pairs.mean,
        correlation=pairs.correlation,
        n_customers=pairs.n_customers,
        n_unspent=pairs.n_unspent,
    )
    if spend == "observed_mean":
        return plain
    return _gamma_gamma(plain, pairs, penalizer)


def check_spend(function: str, customers: ir.Table) -> None:
    """Refuse repeat customers whose spend is not known: a forecast would invent it."""
    mean = customers.monetary_value
    if not mean.type().is_numeric():
        got = str(mean.type())
        fail(function, "monetary_value", "a number column", got, "Convert it.", error=DataError)
    known = mean.cast("float64")
    # A range instead of tests for NaN and infinity, which some engines do not know.
    unknown = known.isnull() | ~known.between(-_LARGEST, _LARGEST)
    count = customers.filter(customers.frequency > 0, unknown).count().execute()
    if count:
        got = f"{count:,} without it"
        rule = "a number for every repeat customer"
        fail(function, "monetary_value", rule, got, "Fill or drop them.", error=DataError)


def expected_spend(fit: SpendFit, frequency: ir.Value, monetary_value: ir.Value) -> ir.Value:
    """Word the expected spend per purchase day as an Ibis expression.

    References
    ----------
    Fader & Hardie (2013), equation 5: a mean of the population's and the customer's own
    spend with weights ``q - 1`` and ``p x``.
    """
    known = (frequency > 0) & (monetary_value > 0)
    x, mean = frequency.cast("float64"), monetary_value.cast("float64")
    if fit.kind == "observed_mean":
        own: ir.Value = mean
    else:
        p, q = fit.params["p"], fit.params["q"]
        own = ((q - 1) * fit.population_mean + p * x * mean) / (p * x + q - 1)
    return ibis.ifelse(known.fill_null(False), own, fit.population_mean)


def _gamma_gamma(plain: SpendFit, pairs: Pairs, penalizer: float) -> SpendFit:
    """Put the Gamma-Gamma model in place of plain means, where it holds."""
    if plain.n_customers < FEWEST_FOR_MODEL:
        return replace(plain, fallback="few")
    try:
        fit = fit_parameters(
            "gamma_gamma", (pairs.x, pairs.spend), pairs.weights, penalizer=penalizer
        )
    except ModelError:
        return replace(plain, fallback="no_fit")
    p, q, gamma = fit.params.values()
    if q <= 1:
        return replace(plain, fallback="heavy_tail")
    return replace(
        plain,
        kind="gamma_gamma",
        params=fit.params,
        log_likelihood=fit.log_likelihood,
        intervals=fit.intervals,
        population_mean=p * gamma / (q - 1),
        penalizer=fit.penalizer,
        n_sample=pairs.n_sample,
    )
