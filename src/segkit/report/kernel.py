"""A kernel that runs segkit's own interpreter, on any machine and with an empty home folder.

An installed kernel specification may point to another Python; here it is made on the fly.
"""

from __future__ import annotations

import tempfile
from typing import Any

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

KERNEL_NAME = "python3"


class SameInterpreter(KernelSpecManager):
    """Knows one kernel: the interpreter that is running now."""

    def __init__(self, **options: Any) -> None:
        """Make an empty profile folder beside the usual start."""
        super().__init__(**options)
        # Keeps personal start-up files out of a run, and needs no home that can be written.
        self._profile = tempfile.TemporaryDirectory(prefix="segkit-")

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Make the specification, whatever is installed or not."""
        facts = get_kernel_dict()
        # A run is not an interactive session: no history file that parallel runs would lock.
        argv = [*facts["argv"], "--HistoryManager.enabled=False"]
        # What goes wrong in a cell is in the notebook; the kernel's own log is about stopping it.
        argv.append("--IPKernelApp.log_level=CRITICAL")
        environment = {"IPYTHONDIR": self._profile.name, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        return KernelSpec(**{**facts, "argv": argv, "env": environment})


class SegkitKernelManager(AsyncKernelManager):
    """Starts :class:`SameInterpreter`'s kernel and no other."""

    @default("kernel_spec_manager")
    def _own_kernel_spec_manager(self) -> SameInterpreter:
        return SameInterpreter(parent=self)

    @default("transport_encryption")
    def _encrypt_where_possible(self) -> str:
        # ipykernel 7.3 and later warn into the terminal when this is left open.
        return "auto" if zmq.has("curve") else "disabled"
