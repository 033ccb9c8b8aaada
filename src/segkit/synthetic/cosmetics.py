"""A made-up cosmetics brand: age bands, needs, channels, repeat cycles, survey, social life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from segkit.checks import check_choice, check_number, fail, listed
from segkit.i18n import LANGUAGES
from segkit.synthetic import beauty
from segkit.synthetic.beauty_orders import orders_table, products_table
from segkit.synthetic.beauty_people import Women, customers_table, draw_women, truth_table
from segkit.synthetic.beauty_voice import complaints_table, interactions_table, survey_table
from segkit.synthetic.drawing import check_seed, check_shares, check_window
from segkit.synthetic.result import MadeUp

_WHO = "make_cosmetics"
TABLES = ("transactions", "customers", "products", "interactions", "survey", "complaints")


def make_cosmetics(
    n_customers: int = 3_000,
    *,
    start: date | str = "2023-01-01",
    end: date | str = "2024-12-31",
    seed: int = 0,
    language: str = "en",
    age_shares: Mapping[str, float] | None = None,
    dissatisfaction_shares: Mapping[str, float] | None = None,
    tables: Sequence[str] | None = None,
) -> MadeUp:
    """Make up a cosmetics brand whose customers' ages, needs and moods are known.

    To try segmentations by age, need, attitude, interaction and dissatisfaction where the
    right answer is known. Young women lean to hydration and social media, middle-aged ones to
    anti-ageing and department stores, older ones to soothing care and e-mail.

    Parameters
    ----------
    n_customers : int
        At least 1.
    start, end : date or text
        First and last day of the window; ages are those at its end.
    seed : int
        At least 0; the same one gives the same data.
    language : {"en", "zh"}
        Of names, cities, channels, product groups and needs.
    age_shares : mapping or None
        Share of ``young`` (18 to 29), ``middle_aged`` (30 to 49), ``older`` (50 to 69).
    dissatisfaction_shares : mapping or None
        Share of ``explicit``, ``rated``, ``latent``, ``satisfied`` customers.
    tables : sequence of text or None
        Tables to make, all by default; leaving one out changes no other.

    Returns
    -------
    MadeUp
        ``transactions`` (one row per line; a return is a negative line of its order),
        ``customers`` (``income`` is per month, in currency), ``products`` (``product_id,
        category, need, list_price``), ``interactions``, ``survey`` (long form; items on
        ``price``, ``quality``, ``loyalty`` from 1 to 5, ``satisfaction`` from 1 to 5, ``nps``
        from 0 to 10, ten points shared out among ``need_…``) and ``complaints``. In
        ``truth``: ``customers`` with ``segment`` (age band and orientation), ``need_1`` to
        ``need_5``, ``channel``, the factors, and the groups ``loyalty_group``, ``social``,
        ``dissatisfaction``; ``cycles`` with the mean days between purchases of a product
        group; ``items`` with factor and loading.

    Raises
    ------
    ArgumentError
        If an argument is outside its range, or shares do not add up to 1.

    Examples
    --------
    >>> made = make_cosmetics(300, seed=1, tables=["customers", "survey"])
    >>> sorted(set(made.truth["customers"]["age_band"]))
    ['middle_aged', 'older', 'young']
    """
    n = int(check_number(_WHO, "n_customers", n_customers, low=1, whole=True))
    first, last = check_window(_WHO, start, end)
    seed = check_seed(_WHO, seed)
    check_choice(_WHO, "language", language, LANGUAGES)
    ages = _shares("age_shares", age_shares, beauty.AGE_SHARES)
    moods = _shares("dissatisfaction_shares", dissatisfaction_shares, beauty.DISSATISFACTION_SHARES)
    wanted = TABLES if tables is None else tuple(tables)
    if not set(wanted) <= set(TABLES):
        fail(_WHO, "tables", f"names out of {listed(TABLES)}", tables)
    women = draw_women(seed, n, first, last, ages, moods)
    customers = customers_table(women, seed, last, language)
    made = _make_tables(women, customers, seed, last, language, wanted)
    asked = {"n_customers": n, "start": str(first), "end": str(last), "seed": seed}
    shares = {"age_shares": ages, "dissatisfaction_shares": moods}
    return MadeUp(
        "cosmetics",
        made,
        {"customers": truth_table(women, customers, last), **_known(language)},
        {**asked, "language": language, **shares},
    )


def _shares(
    argument: str, own: Mapping[str, float] | None, usual: Mapping[str, float]
) -> dict[str, float]:
    """Check shares and bring them into the usual order, on which codes rest."""
    shares = check_shares(_WHO, argument, usual if own is None else own, list(usual))
    return {name: shares[name] for name in usual}


def _make_tables(
    women: Women,
    customers: pd.DataFrame,
    seed: int,
    last: date,
    language: str,
    wanted: Sequence[str],
) -> dict[str, pd.DataFrame]:
    makers = {
        "transactions": lambda: orders_table(women, customers, seed, last, language),
        "customers": lambda: customers,
        "products": lambda: products_table(language),
        "interactions": lambda: interactions_table(women, customers, seed, last, language),
        "survey": lambda: survey_table(women, customers, seed, last),
        "complaints": lambda: complaints_table(women, customers, seed, last, language),
    }
    return {name: makers[name]() for name in TABLES if name in wanted}


def _known(language: str) -> dict[str, pd.DataFrame]:
    """Give the truth that is not of a single customer: cycles, items."""
    cycles = {
        "category": beauty.words(beauty.CATEGORIES, language),
        "cycle_days": [row[3] for row in beauty.CATEGORIES.values()],
    }
    items = [(item, factor, loading) for item, (factor, loading) in beauty.ITEMS.items()]
    columns = ["item", "factor", "loading"]
    return {"cycles": pd.DataFrame(cycles), "items": pd.DataFrame(items, columns=columns)}
