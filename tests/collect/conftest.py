"""A real PostgreSQL for the tests of databases."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


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


@pytest.fixture
def pipe(tmp_path) -> Path:
    path = tmp_path / "orders.csv"
    os.mkfifo(path)
    return path


@pytest.fixture
def unix_socket() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="segkit-"))
    path = folder / "orders.csv"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        yield path
    shutil.rmtree(folder)
