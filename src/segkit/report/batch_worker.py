"""A process that makes runs one after the other, as lines on standard input ask for them.

Each line is a job as JSON. Answers are lines of JSON too: one per cell while it goes on,
and one with ``status`` at the end. The kernel of each run is a fork of the batch's nursery.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any, TextIO

from segkit.errors import RunError, SegkitError


def make_run(job: dict[str, Any], answer: Any) -> dict[str, Any]:
    """Make the run of one job, and say what became of it."""
    from segkit.report.order import check_run
    from segkit.report.run import make_run

    def on_cell(number: int, count: int, heading: str) -> None:
        answer({"cell": number, "count": count, "heading": heading})

    try:
        order = check_run(job["notebook"], out=job["out"], **job["wishes"])
        run = make_run(order, progress=on_cell, force=job["force"])
    except RunError as err:
        return {"status": "failed", "reason": err.reason or str(err), "path": err.path}
    except SegkitError as err:
        return {"status": "failed", "reason": str(err), "path": ""}
    except Exception as err:
        text = f"unexpected {type(err).__name__}: {' '.join(str(err).split())}"
        return {"status": "failed", "reason": text, "path": ""}
    return {"status": "cached" if run.cached else "finished", "path": str(run.report)}


def _stop(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


def main(nursery: str) -> None:
    """Answer jobs until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch decides what Ctrl-C means
    signal.signal(signal.SIGTERM, _stop)
    # What a package prints must not get between the answers.
    channel: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(message: dict[str, Any]) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    from segkit.report.nursery import use_nursery
    from segkit.report.startup import own_process, spare_imports

    own_process()
    spare_imports()
    from segkit.report import execute, render  # noqa: F401 - loaded before the first job comes

    for line in sys.stdin:
        with use_nursery(nursery or None):
            answer(make_run(json.loads(line), answer))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
