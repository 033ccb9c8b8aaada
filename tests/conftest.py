"""What all tests share: tables worked out by hand, real results, a notebook made in code."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import ibis
import pandas as pd
import pytest

from segkit.collect import load_dataset
from segkit.customers import summarize_customers
from segkit.report import Run, run_report
from segkit.report.export.chromium import NAMES, find_chromium
from segkit.segment import Segmentation, score_rfm

os.environ.setdefault("MPLBACKEND", "agg")

_SAMPLE = Path(__file__).parent / "report" / "fixtures" / "sample.py"


@pytest.fixture(scope="session")
def absent() -> Callable[[str], NoReturn]:
    """Skip for want of a real part, with the reason; under CI=true fail instead."""

    def leave(reason: str) -> NoReturn:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{reason} Under CI=true this is never skipped.")
        pytest.skip(reason)

    return leave


@pytest.fixture(scope="session")
def chromium_path(absent) -> str:
    path = find_chromium()
    if path is None:
        absent(
            f"No Chromium found (looked for {', '.join(NAMES)}; SEGKIT_CHROMIUM names another). "
            "On Debian: apt install chromium."
        )
    return path


@dataclass(frozen=True)
class Server:
    """A server that listens on a socket in a folder of its own."""

    folder: Path
    user: str
    log: Path

    @property
    def address(self) -> str:
        return f"postgresql://{self.user}@/postgres?host={self.folder}"

    def connect(self):
        import psycopg

        return psycopg.connect(
            host=str(self.folder), user=self.user, dbname="postgres", autocommit=True
        )


def _programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else []
    # Debian keeps them out of the path, a folder for each version.
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def _unprivileged() -> dict[str, object]:
    """The server refuses root; then it runs as the user whom its package made, or as nobody."""
    if os.geteuid() != 0:
        return {}
    import pwd

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
log_statement = 'all'
logging_collector = off
fsync = off
session_preload_libraries = 'auto_explain'
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_timing = off
auto_explain.log_format = json
"""


@pytest.fixture(scope="session")
def postgres(absent) -> Iterator[Server]:
    """A server whose log names every statement, and how many rows each gave back."""
    programs = _programs()
    if programs is None:
        absent("No PostgreSQL found (initdb). On Debian: apt install postgresql.")
    # Not under pytest's own folder: the path of a socket has room for 107 characters.
    base = Path(tempfile.mkdtemp(prefix="segkit-pg-"))
    user = _unprivileged()
    if user:
        os.chown(base, user["user"], user["group"])
    data, log = base / "data", base / "log"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": base, **user}
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    words = ["-D", data, "-U", "segkit", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([programs / "initdb", *words], env=environment, **quiet)
    with (data / "postgresql.conf").open("a") as file:
        file.write(_SETTINGS.format(folder=base))
    control = [programs / "pg_ctl", "-D", data, "-w"]
    subprocess.run([*control, "-l", log, "start"], env=environment, **quiet)
    try:
        yield Server(base, "segkit", log)
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], env=environment, **quiet)
        shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="session")
def spark(tmp_path_factory, absent) -> Iterator[Any]:
    """A Spark of our own, as Ibis sees it; started once, which takes seconds."""
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        absent("No Spark here: make test EXTRAS=spark installs it, Java 17 must be there.")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The code that makes a small notebook, hostile names included."""
    spec = importlib.util.spec_from_file_location("segkit_sample", _SAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def notebook_path(sample, tmp_path_factory) -> Path:
    return sample.write_sample(tmp_path_factory.mktemp("notebooks"))


@pytest.fixture
def six_orders() -> pd.DataFrame:
    """Nine purchases of six customers, small enough to count on fingers."""
    rows = [
        ("ann", "2024-01-01", 10.0),
        ("ann", "2024-01-11", 30.0),
        ("ann", "2024-01-21", 20.0),
        ("bob", "2024-01-05", 5.0),
        ("bob", "2024-01-05", 7.0),  # twice on one day: one purchase day, two orders
        ("cat", "2024-01-31", 100.0),
        ("dan", "2024-01-02", 8.0),
        ("eve", "2024-01-15", 0.0),  # a free order is an order
        ("fay", "2024-01-10", 40.0),
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"]))


@pytest.fixture
def six_customers() -> pd.DataFrame:
    """What ``six_orders`` must become on 2024-01-31, worked out by hand."""
    columns = [
        "customer_id", "n_orders", "n_days", "revenue", "recency_days",
        "mean_order_value", "frequency", "recency", "T", "monetary_value",
    ]  # fmt: skip
    rows = [
        ("ann", 3, 3, 60.0, 10, 20.0, 2, 20, 30, 25.0),
        ("bob", 2, 1, 12.0, 26, 6.0, 0, 0, 26, 0.0),
        ("cat", 1, 1, 100.0, 0, 100.0, 0, 0, 0, 0.0),
        ("dan", 1, 1, 8.0, 29, 8.0, 0, 0, 29, 0.0),
        ("eve", 1, 1, 0.0, 16, 0.0, 0, 0, 16, 0.0),
        ("fay", 1, 1, 40.0, 21, 40.0, 0, 0, 21, 0.0),
    ]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="session")
def cdnow() -> pd.DataFrame:
    return load_dataset("cdnow")


@pytest.fixture(scope="session")
def cdnow_sample() -> pd.DataFrame:
    return load_dataset("cdnow_sample")


@pytest.fixture(scope="session")
def customers(cdnow) -> pd.DataFrame:
    """One row per customer of CDNOW on 1998-06-30, days merged."""
    return summarize_customers(cdnow, as_of="1998-06-30")


@pytest.fixture(scope="session")
def rfm(customers) -> Segmentation:
    return score_rfm(customers)


@pytest.fixture(scope="session")
def behavioral_run(tmp_path_factory) -> Run:
    """The behavioral notebook with its own defaults, run once for all tests."""
    out = tmp_path_factory.mktemp("reports")
    return run_report("behavioral", out=out, progress=False)


@pytest.fixture(scope="session")
def clv_run(tmp_path_factory) -> Run:
    """The lifetime value notebook on the data and days of the literature."""
    days = {"calibration_end": "1997-09-30", "holdout_end": "1998-06-30"}
    out = tmp_path_factory.mktemp("reports")
    return run_report("clv", data="cdnow_sample", parameters=days, out=out, progress=False)


@pytest.fixture(scope="session")
def chinese_behavioral(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("reports_zh")
    return run_report("behavioral", language="zh", out=out, progress=False)


@pytest.fixture(scope="session")
def chinese_clv(tmp_path_factory) -> Run:
    days = {"calibration_end": "1997-09-30", "holdout_end": "1998-06-30"}
    out = tmp_path_factory.mktemp("reports_zh")
    return run_report(
        "clv", data="cdnow_sample", parameters=days, language="zh", out=out, progress=False
    )


@pytest.fixture(scope="session")
def behavioral_report(behavioral_run) -> Path:
    return behavioral_run.report


@pytest.fixture(scope="session")
def clv_report(clv_run) -> Path:
    return clv_run.report
