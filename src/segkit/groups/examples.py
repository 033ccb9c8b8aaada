"""Groups to start from, where nobody has named any: such as the columns allow."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.i18n import N_, _

#: Name, condition and the columns it asks for; target groups as marketing texts name them.
_EXAMPLES = (
    (
        N_("Women of 20 to 30"),
        "gender = 'female' and age between 20 and 30",
        ("gender", "age"),
    ),
    (
        N_("Aged 25 to 35 in cities of the first two tiers"),
        "age between 25 and 35 and city_tier <= 2",
        ("age", "city_tier"),
    ),
    (N_("Members from abroad"), "is_member and not is_domestic", ("is_member", "is_domestic")),
    (N_("Bought on 3 days or more"), "n_days >= 3", ("n_days",)),
    (N_("Silent for more than 90 days"), "recency_days > 90", ("recency_days",)),
    (N_("Aged 50 or more"), "age >= 50", ("age",)),
)
_MOST = 5


def example_groups(columns: Sequence[str]) -> dict[str, str]:
    """Give named conditions that a table of these columns can answer.

    Use them where a report is to show what groups are before a client has named any.

    Parameters
    ----------
    columns : sequence of str
        Columns of the customer table.

    Returns
    -------
    dict
        Condition by name in the current language; at most five; all customers as one group
        where no column fits.

    Examples
    --------
    >>> example_groups(["customer_id", "age", "n_days"])
    {'Bought on 3 days or more': 'n_days >= 3', 'Aged 50 or more': 'age >= 50'}
    """
    known = set(columns)
    found = {_(name): text for name, text, needed in _EXAMPLES if known.issuperset(needed)}
    return dict(list(found.items())[:_MOST]) or {_("All customers"): "customer_id is not null"}
