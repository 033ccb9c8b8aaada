"""A small notebook made in code, and one finished run of it for all tests of a session."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from segkit.report.run import Run, run_report

_SAMPLE = Path(__file__).parent / "fixtures" / "sample.py"


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    spec = importlib.util.spec_from_file_location("segkit_report_sample", _SAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def notebook_path(sample, tmp_path_factory) -> Path:
    return sample.write_sample(tmp_path_factory.mktemp("notebooks"))


@pytest.fixture(scope="session")
def finished_run(notebook_path, tmp_path_factory) -> Run:
    """One run of the sample notebook, with values as a command line gives them."""
    out = tmp_path_factory.mktemp("reports")
    given = {"bins": "4", "detail": "false", "shares": "0.1, 0.9"}
    return run_report(notebook_path, parameters=given, out=out, progress=False)
