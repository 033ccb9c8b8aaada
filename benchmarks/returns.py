"""Time the netting of returns against a plain loop over pandas rows, side by side.

    python benchmarks/returns.py --rows 1_000_000 --runs 3

Both follow the same rule: a return is taken off the latest earlier purchase of the customer
and product with enough money left, or off the latest ones together. Each candidate runs in a
process of its own, in turn, on the same Parquet file; seconds are those of the work alone.
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

UNTIL = "2030-01-01"


def generate(path: Path, rows: int) -> None:
    """Write lines of a twentieth as many customers over two years, one in twelve a return."""
    import duckdb

    duckdb.sql("SELECT setseed(0.42)")
    duckdb.sql(
        f"""
        COPY (
            SELECT 'c' || CAST(floor({rows // 20} * pow(random(), 1.5)) AS BIGINT) AS customer_id,
                TIMESTAMP '2023-01-01' + INTERVAL 1 SECOND
                    * CAST(floor(731 * 86400 * random()) AS BIGINT) AS ordered_at,
                CAST(1 + floor(4 * random()) AS BIGINT) * (CASE WHEN random() < 1 / 12.0
                    THEN -5.0 ELSE 5.0 END) AS amount,
                'p' || CAST(floor(8 * random()) AS BIGINT) AS product_id,
                i AS line
            FROM range({rows}) t(i)
        ) TO '{path}' (FORMAT parquet)
        """
    )


def by_segkit(path: Path):
    """Net with segkit: cleaning as a whole, with its ledger and all other reasons."""
    import pandas as pd

    from segkit.clean import clean_transactions

    orders = pd.read_parquet(path)

    def run() -> float:
        return clean_transactions(orders, until=UNTIL).amount_kept

    return run


def by_pandas(path: Path):
    """Net with a loop over the sorted rows, a list of open purchases for each key."""
    import pandas as pd

    orders = pd.read_parquet(path)

    def run() -> float:
        lines = orders.drop_duplicates()
        lines = lines.assign(back=lines["amount"] < 0).sort_values(["ordered_at", "back"])
        open_: dict[tuple[str, str], list[float]] = {}
        columns = [lines[name] for name in ("customer_id", "product_id", "amount")]
        for customer, product, amount in zip(*columns, strict=True):
            mine = open_.setdefault((customer, product), [])
            if amount > 0:
                mine.append(amount)
                continue
            wanted = -amount
            places = range(len(mine) - 1, -1, -1)
            enough = next((place for place in places if mine[place] >= wanted), None)
            for place in places if enough is None else (enough,):
                taken = min(wanted, mine[place])
                mine[place] -= taken
                wanted -= taken
        return float(sum(map(sum, open_.values())))

    return run


CANDIDATES = {"segkit": by_segkit, "pandas": by_pandas}


def run_one(name: str, path: Path) -> None:
    """Run one candidate in this process and print its figures as JSON."""
    work = CANDIDATES[name](path)
    start = time.perf_counter()
    kept = work()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mb": peak, "kept": kept}))


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=list(CANDIDATES))
    parser.add_argument("--path", type=Path)
    options = parser.parse_args()
    if options.only:
        run_one(options.only, options.path)
        return
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in CANDIDATES}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.parquet"
        generate(path, options.rows)
        for turn in range(options.runs):
            for name, rows in figures.items():
                command = [sys.executable, __file__, "--only", name, "--path", str(path)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                rows.append(json.loads(done.stdout.splitlines()[-1]))
                print(f"  run {turn + 1}: {name:<8} {rows[-1]}", flush=True)
    kept = {round(row["kept"], 2) for rows in figures.values() for row in rows}
    if len(kept) > 1:
        raise SystemExit(f"the candidates keep different amounts: {sorted(kept)}")
    for name, rows in figures.items():
        seconds = statistics.median(row["seconds"] for row in rows)
        print(f"{name:<8} {seconds:8.2f} s, {max(row['mb'] for row in rows):6.0f} MB")


if __name__ == "__main__":
    main()
