"""Time the customer summary against hand-written SQL and against lifetimes, side by side.

    python benchmarks/summary.py --rows 10_000_000 --runs 3

Each candidate runs in a process of its own, in turn (A B C A B C …), reads the same
Parquet file and ends with the same table in pandas (the first two by way of Arrow). Seconds
are those of the work, imports are shown apart; memory is the peak of the whole process.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AS_OF = "2024-12-31"
COLUMNS = ["frequency", "recency", "T", "monetary_value"]

HAND_WRITTEN = """
WITH days AS (
    SELECT customer_id, CAST(ordered_at AS DATE) AS day, SUM(amount) AS amount, COUNT(*) AS n
    FROM '{path}' WHERE CAST(ordered_at AS DATE) <= DATE '{as_of}' GROUP BY ALL
)
SELECT customer_id, MIN(day) AS first_purchase, MAX(day) AS last_purchase,
    SUM(n)::BIGINT AS n_orders, COUNT(*) AS n_days, SUM(amount) AS revenue,
    DATE '{as_of}' - MAX(day) AS recency_days, SUM(amount) / SUM(n) AS mean_order_value,
    COUNT(*) - 1 AS frequency, MAX(day) - MIN(day) AS recency,
    DATE '{as_of}' - MIN(day) AS T,
    CASE WHEN COUNT(*) > 1
         THEN (SUM(amount) - ARG_MIN(amount, day)) / (COUNT(*) - 1) ELSE 0 END AS monetary_value
FROM days GROUP BY customer_id ORDER BY customer_id
"""


def generate(path: Path, rows: int) -> None:
    """Write transactions of a tenth as many customers over two years, amounts to the cent."""
    import duckdb

    duckdb.sql("SELECT setseed(0.42)")
    duckdb.sql(
        f"""
        COPY (
            SELECT CAST(floor({rows // 10} * pow(random(), 1.5)) AS BIGINT) AS customer_id,
                TIMESTAMP '2023-01-01' + INTERVAL 1 MINUTE
                    * CAST(floor(731 * 1440 * random()) AS BIGINT) AS ordered_at,
                round(5 + 95 * random() * random(), 2) AS amount
            FROM range({rows})
        ) TO '{path}' (FORMAT parquet)
        """
    )


def by_segkit(path: Path):
    """Summarize with segkit, read lazily from the file."""
    import ibis

    from segkit.customers import summarize_customers

    def run():
        orders = ibis.read_parquet(path)
        customers = summarize_customers(orders, as_of=AS_OF).order_by("customer_id")
        return customers.to_pyarrow().to_pandas(date_as_object=False)

    return run


def by_sql(path: Path):
    """Summarize with SQL written by hand for DuckDB."""
    import duckdb

    def run():
        customers = duckdb.sql(HAND_WRITTEN.format(path=path, as_of=AS_OF))
        return customers.to_arrow_table().to_pandas(date_as_object=False)

    return run


def by_lifetimes(path: Path):
    """Summarize with lifetimes, which works on pandas."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    def run():
        return summary_data_from_transaction_data(
            pd.read_parquet(path),
            "customer_id",
            "ordered_at",
            monetary_value_col="amount",
            observation_period_end=AS_OF,
            freq="D",
        ).reset_index()

    return run


CANDIDATES = {"segkit": by_segkit, "hand-written SQL": by_sql, "lifetimes": by_lifetimes}


def run_one(name: str, path: Path, result: Path | None) -> None:
    """Run one candidate in this process and print its figures as JSON."""
    start = time.perf_counter()
    work = CANDIDATES[name](path)
    ready = time.perf_counter()
    table = work()
    done = time.perf_counter()
    if result is not None:
        table.sort_values("customer_id")[["customer_id", *COLUMNS]].to_parquet(result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"imports": ready - start, "seconds": done - ready, "mb": peak}))


def run_in_turn(path: Path, runs: int) -> dict[str, list[dict[str, float]]]:
    """Run all candidates in turn, each in its own process."""
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in CANDIDATES}
    for turn in range(runs):
        for name in CANDIDATES:
            command = [sys.executable, __file__, "--only", name, "--path", str(path)]
            if turn == 0:
                command += ["--result", str(path.with_name(f"{name}.parquet"))]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            figures[name].append(json.loads(done.stdout.splitlines()[-1]))
            print(f"  run {turn + 1}: {name:<18} {figures[name][-1]}", flush=True)
    return figures


def compare_results(folder: Path) -> None:
    """Check that all candidates computed the same numbers; stop if they did not."""
    import pandas as pd

    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in CANDIDATES}
    first = tables.pop("segkit").reset_index(drop=True)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(
            first, table.reset_index(drop=True), check_dtype=False, rtol=1e-9, obj=name
        )
    print(f"same numbers for {len(first):,} customers in all candidates")


def report(figures: dict[str, list[dict[str, float]]]) -> None:
    """Print medians, and each candidate's ratio to segkit taken turn by turn."""
    base = figures["segkit"]
    print(f"\n{'':<18} {'seconds':>8} {'ratio to segkit':>22} {'peak MB':>8}")
    for name, rows in figures.items():
        ratios = [row["seconds"] / own["seconds"] for row, own in zip(rows, base, strict=True)]
        seconds = statistics.median(row["seconds"] for row in rows)
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{name:<18} {seconds:>8.2f} {spread:>22} {max(r['mb'] for r in rows):>8.0f}")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=list(CANDIDATES))
    parser.add_argument("--path", type=Path)
    parser.add_argument("--result", type=Path)
    options = parser.parse_args()
    if options.only:
        run_one(options.only, options.path, options.result)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "transactions.parquet"
        generate(path, options.rows)
        print(f"{options.rows:,} transactions, {path.stat().st_size / 1e6:.0f} MB Parquet")
        figures = run_in_turn(path, options.runs)
        compare_results(Path(folder))
        report(figures)


if __name__ == "__main__":
    main()
