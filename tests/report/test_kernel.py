"""Kernels of a run: their own client begins as soon as it can, and no sooner."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest

from segkit.report.kernel import SegkitKernelClient, SegkitKernelManager


class Channel:
    """Gives what it was handed, then nothing; ``None`` is a wait in vain."""

    def __init__(self, *messages):
        self.messages = list(messages)

    async def get_msg(self, timeout):
        message = self.messages.pop(0) if self.messages else None
        if message is None:
            raise Empty
        return message


class Client(SegkitKernelClient):
    """A client without sockets."""

    shell_channel = iopub_channel = None

    def __init__(self, shell, iopub, *, alive=True):
        super().__init__()
        self.shell_channel, self.iopub_channel, self.alive = shell, iopub, alive
        self.asked = 0

    def kernel_info(self, **_options):
        self.asked += 1

    async def is_alive(self):
        return self.alive


REPLY = {"msg_type": "kernel_info_reply", "content": {"protocol_version": "5.3"}}


def test_the_manager_gives_this_client():
    assert SegkitKernelManager().client_factory is SegkitKernelClient


def wait(client, timeout):
    """Wait on a thread of its own: the one of the tests may have a browser's loop running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, client.wait_for_ready(timeout=timeout)).result()


def test_it_begins_with_the_first_answer_on_both_channels():
    client = Client(Channel(REPLY), Channel({"msg_type": "status"}, {"msg_type": "status"}))
    wait(client, 60)
    assert client.asked == 1
    assert len(client.iopub_channel.messages) == 1  # no wait for silence


def test_it_asks_again_until_outputs_come_through():
    client = Client(Channel(None, REPLY, REPLY), Channel(None, {"msg_type": "status"}))
    wait(client, 60)
    assert client.asked == 3


def test_a_kernel_that_died_is_not_waited_for():
    client = Client(Channel(), Channel(), alive=False)
    with pytest.raises(RuntimeError, match="Kernel died before replying"):
        wait(client, 60)


def test_a_silent_kernel_is_not_waited_for_without_end():
    with pytest.raises(RuntimeError, match="didn't respond in 0 seconds"):
        wait(Client(Channel(), Channel()), 0)
