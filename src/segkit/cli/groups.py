"""Groups of customers by conditions: ``groups``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segkit.cli.options import Language
from segkit.cli.printing import add_row, make_table, print_table

if TYPE_CHECKING:
    from segkit.groups import CustomerGroups

app = typer.Typer()


@app.command("groups")
def groups_command(
    conditions: Annotated[
        list[str], typer.Argument(help="'Name: condition' each, or one YAML file of them.")
    ],
    data: Annotated[
        str | None, typer.Option("--data", help="Transactions: data set name, or path of a file.")
    ] = None,
    customers: Annotated[
        str | None,
        typer.Option("--customers", metavar="FILE", help="Customers: data set name, or path."),
    ] = None,
    column_map: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="customer_id=…,ordered_at=…,amount=…",
            help="What your file of transactions calls the columns.",
        ),
    ] = None,
    customer_map: Annotated[
        str | None,
        typer.Option(
            "--customer-map",
            metavar="customer_id=…,age=…",
            help="What your file of customers calls the columns.",
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Day to look from.")
    ] = None,
    drop: Annotated[
        bool,
        typer.Option("--drop-missing", help="Leave out rows without customer, date or amount."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write each group's customers as CSV there."),
    ] = None,
    sql: Annotated[
        str | None,
        typer.Option("--sql", metavar="DIALECT", help="Print the groups as SQL and nothing else."),
    ] = None,
    language: Language = "en",
) -> None:
    """Count and export groups of customers by conditions that may overlap.

    Conditions compare columns of the customers, and what purchases tell of them (revenue,
    n_orders, n_days, recency_days, favorite_channel …) with values: =, <>, <, <=, >, >=,
    between, in, like, is null, and, or, not.

    Example: segkit groups "Young: age < 30" "Big: revenue >= 1500 and city_tier = 1"
    --data cosmetics_orders

    Example: segkit groups groups.yaml --customers customers.csv --data orders.csv --out groups
    """
    from segkit.features import gather_customers
    from segkit.groups import build_groups
    from segkit.i18n import use_language

    with use_language(language):
        found = gather_customers(
            data,
            customers,
            columns=column_map,
            customer_columns=customer_map,
            missing="drop" if drop else "error",
            as_of=as_of,
        )
        groups = build_groups(found.table, _given(conditions))
        if sql is not None:
            typer.echo(groups.to_sql(dialect=sql))
        else:
            _print_groups(groups)
            for note in found.notes:
                typer.echo(note)
        if out is not None:
            for path in groups.export(out):
                typer.echo(path, err=sql is not None)


def _given(conditions: list[str]) -> str:
    """Give one file as it is; conditions stand on lines of their own."""
    if len(conditions) == 1 and conditions[0].lower().endswith((".yaml", ".yml")):
        return conditions[0]
    return "\n".join(conditions)


def _print_groups(groups: CustomerGroups) -> None:
    from segkit.i18n import _, format_money, format_number, format_percent
    from segkit.tables import groups_table

    shown = groups_table(groups)
    write = {"int": format_number, "bar_percent": format_percent, "money": format_money}
    table = make_table(*(column.label for column in shown.columns))
    for row in shown.frame.to_dict("records"):
        cells = [(write.get(column.kind, str), row[column.name]) for column in shown.columns]
        # A group that nobody is in has no mean.
        add_row(table, *("–" if value != value else to(value) for to, value in cells))
    print_table(table)
    overlap = make_table(_("In both"), *(str(name) for name in groups.overlap.columns))
    for name, counts in groups.overlap.iterrows():
        add_row(overlap, str(name), *(format_number(n) for n in counts))
    print_table(overlap)
    for line in groups.summary().splitlines()[len(groups.conditions) :]:
        typer.echo(line)
