"""The process that kernels are forked from: everything is imported, nothing has run.

Started as ``python -m segkit.report.nursery_process SOCKET NAME…``. Each kernel is a fork
of this pristine process, so no run can leave anything behind for another one.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from segkit.report.startup import import_without

#: What every notebook of the kit needs, in the order in which it is asked for.
_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.completer",
    "IPython.core.magics",
    "pandas",
    "ibis.backends.duckdb",
    "segkit",
)
_SWITCH = 1 << 20


def preload(names: Iterable[str]) -> None:
    """Import the parts that a notebook will ask for: modules, and what it takes from segkit."""
    for module in _MODULES:
        importlib.import_module(module)
    # A tenth of a second in each fork, for a debugger that nobody can reach.
    import_without("ipykernel.debugger", "debugpy")
    import segkit

    for name in names:
        # A name that is wrong is the notebook's own mistake; its cell will say so.
        with suppress(AttributeError, ImportError):
            getattr(segkit, name)
    if "segkit.figures.style" in sys.modules:
        from segkit.figures.style import font_families

        font_families()


def serve(path: str, names: Iterable[str]) -> None:
    """Answer each request with a fork that becomes a kernel, until standard input is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who ordered the runs
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks for the exit codes
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        # Its name comes last: a socket that is there and refuses is that of a dead nursery.
        listener.bind(f"{path}.new")
        listener.listen()
        os.rename(f"{path}.new", path)
        # What is imported here stays: to look through it for what can be freed is lost time, in
        # this process and in each fork, and unshares the memory of the forks.
        gc.disable()
        preload(names)
        gc.freeze()
        import select

        # Standard input is the life line: it closes when the process that started us ends.

        while True:
            ready, _write, _error = select.select([listener.fileno(), 0], [], [])
            if 0 in ready and not os.read(0, 1):
                return
            if listener.fileno() in ready:
                client, _address = listener.accept()
                if os.fork() == 0:
                    listener.close()
                    _become_kernel(client)
                client.close()


def _become_kernel(client: socket.socket) -> None:
    """Turn this fork into a kernel as the request describes it; never returns."""
    code = 1
    try:
        request = _read_request(client)
        _enter(request)
        # The other end is held by the run: when that is gone, the kernel has no more use.
        threading.Thread(target=_end_with, args=(client,), daemon=True).start()
        from ipykernel.kernelapp import IPKernelApp

        sys.argv = request["argv"]
        app = IPKernelApp.instance()
        app.initialize()
        # Told only now that its ports are open: who calls too early tries again much later.
        client.sendall(f"{os.getpid()}\n".encode())
        app.start()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    finally:
        _leave(code)


def _leave(code: int) -> None:
    """End as forks do, but for what was put off until now, such as temporary folders."""
    # As multiprocessing does it; taking the whole interpreter apart would be lost time.
    with suppress(Exception):
        atexit._run_exitfuncs()
    os._exit(code)


def _read_request(client: socket.socket) -> dict[str, Any]:
    text = b""
    while not text.endswith(b"\n"):
        part = client.recv(65536)
        if not part:
            os._exit(0)
        text += part
    return dict(json.loads(text))


def _enter(request: dict[str, Any]) -> None:
    """Take on what a fresh process would have: session, signals, files, folder, chance."""
    gc.enable()
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    if "numpy" in sys.modules:
        import numpy as np

        np.random.seed()  # a fork would repeat the draws of every other fork


def _end_with(client: socket.socket) -> None:
    with suppress(OSError):
        while client.recv(_SWITCH):
            pass
    os._exit(1)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])
