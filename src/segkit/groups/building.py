"""Count who fulfils named conditions: each group, and how the groups overlap."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from segkit.checks import check_columns, check_rows_per_customer, fail
from segkit.collect.frames import Frame, as_ibis, fetch, like
from segkit.groups.condition import Condition
from segkit.groups.occurring import read_against
from segkit.groups.reading import read_groups
from segkit.groups.result import CustomerGroups
from segkit.schemes.cutoffs import measured

_WHO = "build_groups"


def build_groups(customers: Frame, groups: str | Path | Mapping[str, str]) -> CustomerGroups:
    """Build groups of customers by criteria, as a CRM's group builder does.

    Groups may overlap, and a customer may be in none. Who lacks a value that decides is in no
    group and counted as unknown. Everything is counted where the customers are. A file's own
    words for a gender (男, m) are read as segkit's, its own columns of numbers as numbers; a
    value that no customer has is named in ``notes``.

    Parameters
    ----------
    customers : pandas, polars, pyarrow or Ibis table
        One row per customer: ``customer_id`` and the columns of the conditions. Not changed.
    groups : str, Path or mapping
        Named conditions, see :func:`segkit.groups.read_groups`.

    Returns
    -------
    CustomerGroups

    Raises
    ------
    ArgumentError
        If a condition cannot be read, or two groups, or a group and ``customer_id``, have one
        name.
    DataError
        If ``customers`` has no ``customer_id``, or a customer has several rows.

    Examples
    --------
    >>> customers = pd.DataFrame({"customer_id": ["a", "b", "c"], "age": [25, 35, None],
    ...     "revenue": [900.0, 80.0, 20.0]})
    >>> found = build_groups(customers, "Young: age < 30; Big: revenue >= 500")
    >>> found.profile[["group", "n_customers", "n_unknown", "revenue_share"]]
       group  n_customers  n_unknown  revenue_share
    0  Young            1          1            0.9
    1    Big            1          0            0.9
    """
    table = as_ibis(customers, function=_WHO, argument="customers")
    check_columns(_WHO, table.columns, ["customer_id"])
    named = read_groups(groups, function=_WHO)
    _check_names(list(named))
    table, conditions, notes = read_against(table, named, function=_WHO)
    flags = {name: condition.on(table) for name, condition in conditions.items()}
    # Flags get names of their own: a group may be called like a column.
    keys = {name: f"segkit_group_{i}" for i, name in enumerate(flags)}
    flagged = table.mutate(**{keys[name]: flag for name, flag in flags.items()})
    found = fetch(flagged.aggregate(**_counts(flagged, keys)), _WHO)[0]
    check_rows_per_customer(_WHO, found["n"], found["ids"])
    members = flagged.select(
        "customer_id", **{name: flagged[key].fill_null(False) for name, key in keys.items()}
    )
    return CustomerGroups(
        customers=like(members, customers),
        conditions=conditions,
        profile=_profile(conditions, keys, found),
        overlap=_overlap(list(keys), found),
        n_customers=int(found["n"]),
        n_in_none=int(found["n_none"] or 0),
        n_in_several=int(found["n_several"] or 0),
        notes=notes,
    )


def _check_names(names: list[str]) -> None:
    """Refuse names that an engine could not tell apart: letter case aside."""
    taken = {"customer_id"}
    for name in names:
        if name.lower() in taken:
            rule = "of different names, letter case put aside, and none of them customer_id"
            fail(_WHO, "groups", rule, name, "Rename one of them.")
        taken.add(name.lower())


def _counts(flagged: ir.Table, keys: Mapping[str, str]) -> dict[str, Any]:
    flags = [flagged[key].fill_null(False) for key in keys.values()]
    ones = [ibis.cases((flag, 1), else_=0) for flag in flags]
    total = sum(ones[1:], start=ones[0])
    wanted: dict[str, Any] = {
        "n": flagged.count(),
        "ids": flagged.customer_id.nunique(),
        "n_none": _count(total == 0),
        "n_several": _count(total > 1),
    }
    money = measured(flagged["revenue"]) if _has_revenue(flagged) else None
    if money is not None:
        wanted["money"] = money.sum()
    for i, flag in enumerate(flags):
        wanted |= {
            f"n_{i}": _count(flag),
            f"unknown_{i}": _count(flagged[f"segkit_group_{i}"].isnull()),
        }
        if money is not None:
            wanted[f"money_{i}"] = money.sum(where=flag)
    for i, j in itertools.combinations(range(len(flags)), 2):
        wanted[f"both_{i}_{j}"] = _count(flags[i] & flags[j])
    return wanted


def _has_revenue(table: ir.Table) -> bool:
    return "revenue" in table.columns and bool(table["revenue"].type().is_numeric())


def _count(flag: Any) -> Any:
    return ibis.cases((flag, 1), else_=0).sum()


def _profile(
    conditions: Mapping[str, Condition], keys: Mapping[str, str], found: Mapping[str, Any]
) -> pd.DataFrame:
    n, money = int(found["n"]), found.get("money")
    rows = []
    for i, (name, condition) in enumerate(conditions.items()):
        own = int(found[f"n_{i}"] or 0)
        revenue = float(found.get(f"money_{i}") or 0) if money is not None else float("nan")
        rows.append(
            {
                "group": name,
                "condition": condition.text,
                "n_customers": own,
                "customer_share": own / n if n else float("nan"),
                "n_unknown": int(found[f"unknown_{i}"] or 0),
                "revenue": revenue,
                "revenue_share": revenue / money if money and money > 0 else float("nan"),
                "mean_revenue": revenue / own if own else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def _overlap(names: list[str], found: Mapping[str, Any]) -> pd.DataFrame:
    counts = {(i, i): int(found[f"n_{i}"] or 0) for i in range(len(names))}
    for i, j in itertools.combinations(range(len(names)), 2):
        counts[i, j] = counts[j, i] = int(found[f"both_{i}_{j}"] or 0)
    cells = [[counts[i, j] for j in range(len(names))] for i in range(len(names))]
    return pd.DataFrame(cells, index=names, columns=names)
