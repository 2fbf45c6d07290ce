"""A real IPython kernel that is built before a fork and speaks after it, without sockets."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import socket
import sys
import threading
from typing import Any

import ipykernel_launcher
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from jupyter_promote.runs.inside import threads
from jupyter_promote.runs.inside.streams import (
    ConnectedSession,
    Connection,
    DirectThread,
    replace_standard,
)


class ForkedApp(IPKernelApp):
    """ipykernel's application, apart from sockets, threads and what must happen in the child."""

    def init_connection_file(self) -> None:
        """There is no connection file."""

    def init_poller(self) -> None:
        """The fork-server ends its children."""

    def init_sockets(self) -> None:
        """The output goes to a connection that comes with the fork."""
        self.session = ConnectedSession(key=b"", parent=self)
        self.iopub_thread = self.iopub_socket = DirectThread()

    def init_heartbeat(self) -> None:
        """Nobody listens to it."""

    def write_connection_file(self, **options: Any) -> None:
        """There is none."""

    def log_connection_info(self) -> None:
        """There is none."""
        self._ports = {}

    def init_io(self) -> None:
        """Streams come in the child; displays are ready."""
        from ipykernel.displayhook import ZMQDisplayHook

        self.displayhook = ZMQDisplayHook(self.session, self.iopub_socket)
        self.patch_io()

    def init_signal(self) -> None:
        """Signals are set in the child."""

    def init_path(self) -> None:
        """The working folder is importable in the child only."""

    def init_code(self) -> None:
        """A person's startup files run in the child; what was loaded before them is noted here.

        In each child that would copy the pages of all modules' names.
        """
        shell: Any = self.shell
        shell._sys_modules_keys = {*sys.modules}

    def init_kernel(self) -> None:
        """Create the kernel without channels."""
        from types import SimpleNamespace

        factory: Any = self.kernel_class
        kernel = factory.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
        kernel._execute_sleep = 0
        kernel._abort_queues = lambda *_: None
        self.kernel = kernel
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    def serve(self, channel: socket.socket) -> None:
        """Execute what comes through the channel, until it is closed: in the child."""
        connection = Connection(channel)
        self.session.connection = connection
        self.iopub_thread._master_pid = os.getpid()
        streams = replace_standard(self.session, self.iopub_thread)
        kernel = self.kernel
        execute = kernel.do_execute

        async def drained(*args: Any, **options: Any) -> Any:
            try:
                return await execute(*args, **options)
            finally:
                for stream in streams:
                    stream.drain()

        kernel.do_execute = drained
        self._enter_child()
        connection.send({"pid": os.getpid(), "language_info": kernel.language_info})
        asyncio.set_event_loop(loop := asyncio.new_event_loop())
        loop.run_until_complete(_answer(self, connection))
        with contextlib.suppress(Exception):
            kernel.shell.atexit_operations()
            atexit._run_exitfuncs()

    def _enter_child(self) -> None:
        """Do what a kernel does at its start and what must not happen before the fork."""
        threads.start()
        self.session.session = os.urandom(16).hex()
        self.session.pid = os.getpid()
        sys.displayhook = self.displayhook
        IPKernelApp.init_path(self)
        self._run_startup_files()
        self._run_exec_lines()
        self._run_exec_files()
        shell: Any = self.shell
        if self.hide_initial_ns:
            shell.user_ns_hidden.update(shell.user_ns)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()


def build() -> ForkedApp:
    """Return the application with its kernel and shell; nothing was started."""
    import ipykernel.debugger

    ipykernel.debugger._is_debugpy_available = False  # it would start threads
    config = Config()
    config.HistoryManager.enabled = False
    sys.argv = [ipykernel_launcher.__file__, "-f", os.devnull]
    app: ForkedApp = ForkedApp.instance(config=config)
    app.initialize([])
    return app


def warm_up(app: ForkedApp) -> None:
    """Load and make what every kernel does with its first cell, its first display, its traceback.

    The cell that is executed for it leaves no trace.
    """
    import cProfile  # noqa: F401
    import ctypes  # noqa: F401

    import IPython.core.logger
    import IPython.core.ultratb  # noqa: F401
    import pygments.formatters.terminal256  # noqa: F401
    import pygments.lexers.python  # noqa: F401
    import tornado.platform.asyncio  # noqa: F401

    shell: Any = app.shell
    shell.run_cell("pass", store_history=False, silent=True)
    shell.last_execution_result = None
    shell.user_expressions({"": "None"})


async def _answer(app: ForkedApp, connection: Connection) -> None:
    from tornado.ioloop import IOLoop

    kernel = app.kernel
    kernel.io_loop = IOLoop.current()
    while not kernel.shell.exit_now:
        await _readable(connection)
        asked = connection.receive()
        if asked is None:
            return
        header = {
            "msg_id": asked["id"],
            "msg_type": "execute_request",
            "session": app.session.session,
            "username": "",
            "version": "5.3",
        }
        parent = {
            "header": header,
            "msg_id": asked["id"],
            "msg_type": "execute_request",
            "parent_header": {},
            "metadata": asked.get("metadata", {}),
            "content": asked["content"],
        }
        kernel.set_parent([b""], parent, "shell")
        kernel._publish_status("busy", "shell")
        try:
            await kernel.execute_request(app.iopub_thread, [b""], parent)
        except KeyboardInterrupt:
            content = {
                "status": "error",
                "ename": "KeyboardInterrupt",
                "evalue": "",
                "traceback": [],
            }
            app.session.send(None, "execute_reply", content, parent=parent)
        kernel._publish_status("idle", "shell")


async def _readable(connection: Connection) -> None:
    loop = asyncio.get_running_loop()
    came = loop.create_future()

    def readable() -> None:
        loop.remove_reader(connection.fileno())
        came.set_result(None)

    loop.add_reader(connection.fileno(), readable)
    await came
