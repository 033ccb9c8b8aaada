"""A kernel that runs segkit's own interpreter, on any machine and with an empty home folder.

An installed kernel specification may point to another Python; here it is made on the fly.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from segkit.report.kept import RUN_FOLDER
from segkit.report.nursery import ForkedKernel, current_nursery

KERNEL_NAME = "python3"
#: The folder of the run that kernels work for, see :mod:`segkit.report.kept`.
run_folder: ContextVar[str] = ContextVar("run_folder", default="")
#: More variables for them, such as a brand's colour for figures.
kernel_environment: ContextVar[Mapping[str, str] | None] = ContextVar("environment", default=None)
_PROVISIONER = "segkit-provisioner"


@contextmanager
def kernels_for(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """Start the kernels of a ``with`` block for the run in a folder, with more variables."""
    place = run_folder.set(str(folder.absolute()))
    more = kernel_environment.set(environment)
    try:
        yield
    finally:
        kernel_environment.reset(more)
        run_folder.reset(place)


class SegkitProvisioner(LocalProvisioner):
    """Takes a warm kernel where there is a nursery, else starts a process as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch a kernel with a command."""
        path = current_nursery()
        if path is None:
            return await super().launch_kernel(cmd, **kwargs)
        environment = kwargs.get("env") or dict(os.environ)
        # What follows "python -m ipykernel_launcher": the fork is that module already.
        argv = cmd[cmd.index("ipykernel_launcher") :]
        folder = str(kwargs.get("cwd") or os.getcwd())
        try:
            self.process: Any = ForkedKernel(path, argv, environment, folder)
        except OSError:  # the nursery is gone: slower, but as right
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        return self.connection_info

    def get_shutdown_wait_time(self, recommended: float = 5.0) -> float:
        """Give a kernel a moment to end by itself; nothing it holds outlives it."""
        return min(recommended, 4.0)


# Registered here and not in the package's metadata: it is for segkit's own kernels only.
KernelProvisionerFactory.provisioners[_PROVISIONER] = EntryPoint(
    _PROVISIONER, f"{__name__}:SegkitProvisioner", KernelProvisionerFactory.GROUP_NAME
)


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
        # -P and ignore_cwd: a file in the current folder, such as queue.py, is no module.
        python, *rest = facts["argv"]
        argv = [python, "-P", *rest, "--IPKernelApp.ignore_cwd=True"]
        argv.append("--HistoryManager.enabled=False")
        # What goes wrong in a cell is in the notebook; the kernel's own log is about stopping it.
        argv.append("--IPKernelApp.log_level=CRITICAL")
        folder = {RUN_FOLDER: run_folder.get()} if run_folder.get() else {}
        environment = {
            **folder,
            **(kernel_environment.get() or {}),
            "IPYTHONDIR": self._profile.name,
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        metadata = {
            **facts.get("metadata", {}),
            "kernel_provisioner": {"provisioner_name": _PROVISIONER},
        }
        return KernelSpec(**{**facts, "argv": argv, "env": environment, "metadata": metadata})


class SegkitKernelClient(AsyncKernelClient):
    """Begins as soon as the kernel answers."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the kernel's answer and for the channel of its outputs.

        The usual client then listens until there were 0.2 s of silence. That is not needed
        here: every message that is no answer to the cell in hand is passed over anyway.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._is_connected():
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")

    async def _is_connected(self) -> bool:
        self.kernel_info()
        try:
            reply = await self.shell_channel.get_msg(timeout=1)
            if reply["msg_type"] != "kernel_info_reply":
                return False
            await self.iopub_channel.get_msg(timeout=0.2)
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


class SegkitKernelManager(AsyncKernelManager):
    """Starts :class:`SameInterpreter`'s kernel and no other."""

    async def _async_finish_shutdown(
        self, waittime: float | None = None, pollinterval: float = 0.01, restart: bool = False
    ) -> None:
        # A kernel ends within hundredths of a second; the usual glance is every tenth.
        await super()._async_finish_shutdown(waittime, pollinterval, restart)

    @default("client_factory")
    def _own_client(self) -> type[SegkitKernelClient]:
        return SegkitKernelClient

    @default("kernel_spec_manager")
    def _own_kernel_spec_manager(self) -> SameInterpreter:
        return SameInterpreter(parent=self)

    @default("transport_encryption")
    def _encrypt_where_possible(self) -> str:
        # ipykernel 7.3 and later warn into the terminal when this is left open.
        return "auto" if zmq.has("curve") else "disabled"
