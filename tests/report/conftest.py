"""One finished run of the small notebook, for all tests of a session."""

from __future__ import annotations

import pytest

from segkit.report import Run, run_report


@pytest.fixture(scope="session")
def finished_run(notebook_path, tmp_path_factory) -> Run:
    """One run of the sample notebook, with values as a command line gives them."""
    out = tmp_path_factory.mktemp("reports")
    given = {"bins": "4", "detail": "false", "shares": "0.1, 0.9"}
    return run_report(notebook_path, parameters=given, out=out, progress=False)
