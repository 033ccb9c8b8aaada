"""Where files of data sets are looked for, and downloads from a server that is not always kind."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import pytest

from segkit.collect import (
    DATASETS,
    fetch_dataset,
    find_source,
    load_dataset,
    read_transactions,
)
from segkit.collect.datasets.locate import look_for
from segkit.errors import DataError

GOOD = b"customer_id,ordered_at,amount\n1,2024-01-01,2.5\n" * 500
SHA = hashlib.sha256(GOOD).hexdigest()


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A cache folder of the test's own, and no other folder of data."""
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    monkeypatch.delenv("SEGKIT_DATA_DIR", raising=False)
    return tmp_path / "cache" / "segkit"


class Server(ThreadingHTTPServer):
    """Serves the same file well, wrongly, broken off, or not at all; counts what it is asked."""

    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        kind = self.path.split("/")[1]
        if kind == "gone":
            self.send_error(404)
            return
        body = b"<html>Log in to this network</html>" if kind == "wrong" else GOOD
        self.send_response(200)
        if kind != "silent":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 3] if kind in {"cut", "silent"} else body)

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tiny(server, cache, monkeypatch):
    """A public data set on the server; the argument chooses how it is served."""
    server.asked.clear()

    def register(kind: str, files: dict[str, str] | None = None, port: int = 0) -> str:
        address = f"http://127.0.0.1:{port or server.server_port}/{kind}/"
        files = {"lines.csv": SHA} if files is None else files
        new = replace(
            DATASETS["online_retail"], name="tiny", folder="tiny", address=address, files=files
        )
        monkeypatch.setitem(DATASETS, "tiny", new)
        return address

    return register


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


# Where files are looked for


def test_files_are_looked_for_in_order(tiny, cache, tmp_path, monkeypatch):
    tiny("good")
    own = tmp_path / "own"
    places = [own / "tiny" / "lines.csv", own / "lines.csv", cache / "tiny" / "lines.csv"]
    monkeypatch.setenv("SEGKIT_DATA_DIR", str(own))
    for path in reversed(places):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(GOOD)
        assert find_source("tiny").files == (path,)
    # What is wrong in one place does not hide what is right in the next.
    places[0].write_bytes(b"else")
    (found,) = look_for(DATASETS["tiny"])
    assert (found.path, found.state, found.sha256) == (places[1], "here", SHA)


def test_what_is_not_here_is_not_downloaded_by_reading(tiny, cache, server):
    address = tiny("good")
    target = cache / "tiny" / "lines.csv"
    for read in (find_source, read_transactions, load_dataset):
        with pytest.raises(DataError, match="Run: segkit data fetch tiny") as caught:
            read("tiny")
        assert f"download {address}lines.csv elsewhere and put it at {target}," in str(caught.value)
    assert server.asked == []


def test_another_file_is_refused_by_reading(tiny, tmp_path, monkeypatch):
    tiny("good")
    path = tmp_path / "lines.csv"
    path.write_bytes(b"else")
    other = hashlib.sha256(b"else").hexdigest()
    monkeypatch.setenv("SEGKIT_DATA_DIR", str(tmp_path))
    with pytest.raises(DataError, match=f"its sha256 is {other}, not {SHA}"):
        find_source("tiny")
    assert path.read_bytes() == b"else"


def test_a_file_that_may_not_be_read(tiny, tmp_path, monkeypatch):
    tiny("good")
    (tmp_path / "lines.csv").write_bytes(GOOD)
    monkeypatch.setenv("SEGKIT_DATA_DIR", str(tmp_path))

    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=r"find_source: .*lines.csv' cannot be opened: Permission"):
        find_source("tiny")


# Downloads


def test_a_download_is_whole_and_made_once(tiny, cache, server):
    tiny("good")
    target = cache / "tiny" / "lines.csv"
    assert fetch_dataset("tiny", progress=False) == (target,)
    assert target.read_bytes() == GOOD
    assert left(target.parent) == ["lines.csv"]
    fetch_dataset("tiny")
    assert server.asked == ["/good/lines.csv"]
    assert find_source("tiny").sha256 == SHA


def test_a_wrong_file_is_kept_aside(tiny, cache):
    address = tiny("wrong")
    with pytest.raises(DataError, match="gives another file") as caught:
        fetch_dataset("tiny", progress=False)
    (aside,) = (cache / "tiny").iterdir()
    found = hashlib.sha256(aside.read_bytes()).hexdigest()
    assert aside.name == f"lines.csv.wrong-{found[:8]}"
    assert b"Log in" in aside.read_bytes()
    for part in (found, SHA, str(aside), f"{address}lines.csv", str(cache / "tiny" / "lines.csv")):
        assert part in str(caught.value)
    with pytest.raises(DataError, match="segkit data fetch tiny"):
        find_source("tiny")


def test_a_download_that_breaks_off_leaves_nothing(tiny, cache):
    tiny("cut")
    with pytest.raises(DataError, match="cannot be downloaded: the connection broke off"):
        fetch_dataset("tiny", progress=False)
    assert left(cache / "tiny") == []


def test_a_download_that_breaks_off_in_silence_is_no_file(tiny, cache):
    tiny("silent")
    with pytest.raises(DataError, match="gives another file"):
        fetch_dataset("tiny", progress=False)
    (aside,) = left(cache / "tiny")
    assert aside.startswith("lines.csv.wrong-")


def test_a_wrong_file_in_the_cache_makes_room(tiny, cache):
    tiny("good")
    target = cache / "tiny" / "lines.csv"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"half")
    fetch_dataset("tiny", progress=False)
    assert target.read_bytes() == GOOD
    aside = f"lines.csv.wrong-{hashlib.sha256(b'half').hexdigest()[:8]}"
    assert left(target.parent) == ["lines.csv", aside]


def test_a_server_that_has_no_such_file(tiny, cache):
    tiny("gone")
    with pytest.raises(
        DataError, match="gone/lines.csv cannot be downloaded: the server answers 4"
    ):
        fetch_dataset("tiny", progress=False)
    assert left(cache / "tiny") == []


def test_without_network_one_error_says_what_to_do(tiny, cache):
    silent = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    silent.server_close()  # nobody listens on this port now
    address = tiny("good", {"a.rda": SHA, "b.rda": SHA}, silent.server_port)
    with pytest.raises(DataError, match="a.rda cannot be downloaded: no connection") as caught:
        fetch_dataset("tiny", progress=False)
    assert f"download a.rda, b.rda from {address} elsewhere and put them into" in str(caught.value)
    assert str(cache / "tiny") in str(caught.value)


def test_a_cache_that_cannot_be_written(tiny, cache):
    tiny("good")
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot be downloaded: .*put it at"):
        fetch_dataset("tiny", progress=False)


def test_the_bar_follows_a_download(tiny, cache, monkeypatch, capsys):
    tiny("good")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    fetch_dataset("tiny")
    assert "lines.csv" in capsys.readouterr().err
