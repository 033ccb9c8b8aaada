"""The command line: parse, call, print.

Each file here is a room of commands; ``root.py`` puts them together and gives errors their
words and exit codes. Heavy imports wait until a command needs them, so that a mistyped
parameter is answered at once.
"""

from segkit.cli.root import app, main

__all__ = ["app", "main"]
