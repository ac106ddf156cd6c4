"""A Ray cluster that is this machine alone: nodes as `ray start` makes them, with a token, until they are stopped."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

SECONDS_TO_START = 180  # on a machine that has much else to do
RAY = [sys.executable, "-m", "ray.scripts.scripts"]
HERE = ["--node-ip-address", "127.0.0.1", "--object-store-memory", "200000000"]  # bytes, of what is on its way


class Nodes:
    """The first node is the head; use as a context. `environment` is what whoever connects to `address` needs."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nodes-"))  # a short name: Ray has sockets below it
        token = self.folder / "token"
        token.touch(mode=0o600)
        token.write_text(secrets.token_hex(32))
        self.address = f"127.0.0.1:{free_port()}"
        self.environment = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(token)}
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, cpus: int, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """A further node with so many processors; its process is `ray start`, its machinery that process's children."""
        if self.started:
            where = ["--address", self.address]
        else:
            where = ["--head", "--port", self.address.partition(":")[2], "--temp-dir", str(self.folder / "ray")]
            where += ["--include-dashboard=false", "--ray-client-server-port", str(free_port())]
        log = self.folder / f"{len(self.started)}.log"
        own = {
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_worker_niceness": "0",  # as whatever else is measured here; Ray's own default is 15
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        with log.open("wb") as out:
            node = subprocess.Popen(
                [*RAY, "start", "--block", *where, "--num-cpus", str(cpus), *HERE],
                env={**os.environ, **own, **self.environment, **(environment or {})},
                stdout=out,
                stderr=out,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C is not theirs
            )
        self.started.append(node)
        for _ in range(SECONDS_TO_START * 10):
            if b"Ray runtime started" in log.read_bytes():
                return node
            if node.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"ray start: {log.read_text()}")

    def kill(self, node: subprocess.Popen[bytes]) -> None:
        """Ends a node and all that it started, as when a machine loses its power."""
        below = descendants(node.pid)
        for process in [node.pid, *below]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        node.wait()

    def workers(self) -> list[int]:
        """The processes that hold the model."""
        below = [process for node in self.started if node.poll() is None for process in descendants(node.pid)]
        return [process for process in below if command_of(process).startswith("ray::MapWorker")]

    def __enter__(self) -> Nodes:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for node in reversed(self.started):
            if node.poll() is None:
                self.kill(node)
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def descendants(process: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # of one that has just ended
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [process]
    for one in found:
        found += children.get(one, [])
    return found[1:]


def command_of(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""
