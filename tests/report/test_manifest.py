"""Which commit a notebook belongs to."""

from __future__ import annotations

import subprocess

from segkit.report.manifest import git_commit


def git(folder, *words):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


def test_only_a_tracked_notebook_belongs_to_a_commit(tmp_path):
    notebook = tmp_path / "a.ipynb"
    notebook.write_text("{}")
    assert git_commit(notebook) is None, "no checkout"
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "somebody else's")
    assert git_commit(notebook) is None, "not tracked there"
    git(tmp_path, "add", "a.ipynb")
    git(tmp_path, "commit", "-q", "-m", "ours")
    assert len(git_commit(notebook)) == 40
    notebook.write_text("{ }")
    assert git_commit(notebook).endswith("-dirty")
