"""The hidden folder of a run: renamed when done, removed when not, cleared when abandoned."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from segkit.errors import ArgumentError
from segkit.report.workspace import PREFIX, Workspace, remove_stale


def make_old(path, hours=1):
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_finished_folder_gets_its_name(tmp_path):
    with Workspace(tmp_path, "id") as workspace:
        (workspace.path / "run.json").write_text("{}")
        assert not (tmp_path / "id").exists()
        workspace.finish()
    assert [p.name for p in (tmp_path / "id").iterdir()] == ["run.json"]
    assert [p.name for p in tmp_path.iterdir()] == ["id"]


def test_error_removes_the_folder(tmp_path):
    with pytest.raises(KeyError, match="x"), Workspace(tmp_path, "id"):
        raise KeyError("x")
    assert not list(tmp_path.iterdir())


def test_abandoned_folder_is_cleared(tmp_path):
    folder = tmp_path / f"{PREFIX}old"
    folder.mkdir()
    (folder / ".lock").touch()
    make_old(folder)
    assert remove_stale(tmp_path) == [folder]
    assert not folder.exists()


def test_young_folder_is_left(tmp_path):
    (tmp_path / f"{PREFIX}new").mkdir()
    assert remove_stale(tmp_path) == []


def test_running_folder_is_left_however_old(tmp_path):
    with Workspace(tmp_path, "id") as workspace:
        make_old(workspace.path, hours=100)
        assert remove_stale(tmp_path) == []
        assert workspace.path.exists()


def test_finished_runs_are_never_cleared(tmp_path):
    folder = tmp_path / "20200101-000000-000-aaaa"
    folder.mkdir()
    make_old(folder, hours=1000)
    assert remove_stale(tmp_path) == []


def test_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ArgumentError, match="out must be a folder that can be written"):
        Workspace(tmp_path / "file", "id").__enter__()


def test_a_finished_run_is_not_cleared_by_one_that_starts_while_it_gets_its_name(
    tmp_path, monkeypatch
):
    """Another run looks for abandoned folders between any two steps of it."""
    cleared = []

    def among_others(step):
        def watched(*given, **named):
            for folder in tmp_path.glob(f"{PREFIX}*"):
                make_old(folder, hours=100)
            cleared.extend(remove_stale(tmp_path))
            return step(*given, **named)

        return watched

    monkeypatch.setattr(os, "rename", among_others(os.rename))
    monkeypatch.setattr(Path, "unlink", among_others(Path.unlink))
    with Workspace(tmp_path, "id") as workspace:
        (workspace.path / "run.json").write_text("{}")
        workspace.finish()
    assert cleared == []
    assert [p.name for p in (tmp_path / "id").iterdir()] == ["run.json"]


def test_a_folder_that_is_renamed_while_it_is_looked_at_is_left(tmp_path, monkeypatch):
    folder = tmp_path / f"{PREFIX}old"
    folder.mkdir()
    (folder / ".lock").touch()
    make_old(folder)
    opened = Path.open

    def open_late(path, *given, **named):
        if folder.exists():
            folder.rename(tmp_path / "id")
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", open_late)
    assert remove_stale(tmp_path) == []
    assert (tmp_path / "id").is_dir()
