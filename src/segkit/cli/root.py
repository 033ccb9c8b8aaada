"""The command ``segkit``: its rooms put together, and errors in words.

Errors are one clear paragraph on standard error. Exit codes: 0 done, 1 a run failed,
2 the input has to be mended.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from segkit.cli import data, groups, notebooks, runs, schemes
from segkit.errors import RunError, SegkitError

app = typer.Typer(
    name="segkit",
    help="Customer segmentation, customer lifetime value and client reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
# In the order of the help; a room without a name puts its commands beside the others.
for room in (notebooks, runs, groups, data, schemes):
    app.add_typer(room.app)

# typer takes click's exceptions from click or from a copy of its own, depending on its version.
_UsageError: Any = typer.BadParameter.__mro__[1]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"segkit {version('segkit')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Customer segmentation, customer lifetime value and client reports.

    Example: segkit run behavioral --data orders.csv
    """


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give the exit code; the entry point of ``segkit``."""
    try:
        code = app(args=arguments, prog_name="segkit", standalone_mode=False)
    except RunError as err:
        return _say(str(err), 1)
    except SegkitError as err:
        return _say(str(err), 2)
    except _UsageError as err:
        message = err.format_message()
        shows_help = message.lstrip().startswith("Usage") or not message
        message += "" if message.endswith((".", "?", "!")) else "."
        return _say(message if shows_help else f"segkit: {message} See segkit --help.", 2)
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _say("segkit: stopped.", 130)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as err:
        if os.environ.get("SEGKIT_DEBUG"):
            raise
        text = f"segkit: unexpected {type(err).__name__}: {' '.join(str(err).split())} "
        return _say(text + "This is a defect; SEGKIT_DEBUG=1 shows where it happened.", 1)
    return code if isinstance(code, int) else 0


def _say(text: str, code: int) -> int:
    typer.echo(text, err=True)
    return code
