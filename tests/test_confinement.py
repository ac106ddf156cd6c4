"""A process that confined itself reads what Python imports and reaches nothing else: no file, network or process."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path

import pytest

from index.confinement import ASK_VERSION, CREATE_RULESET, NEW_NETWORK, NEW_USER
from index.sandbox import ROOT

LANDLOCK = ctypes.CDLL(None).syscall(CREATE_RULESET, None, 0, ASK_VERSION)  # the kernel's version of it; -1 without
# The child of the sandbox itself, with a parser that does what one would that a file has taken over.
PRYING = """
import os, signal, socket, subprocess, sys, types
from multiprocessing.connection import Connection
from pathlib import Path
from index import sandbox

def extracted(data, what, where):
    try:
        return {"done": TRIES[what](where)}
    except OSError as error:
        return {"refused": error.strerror}

def send(port):
    return socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(port)))

TRIES = {
    "read": lambda path: len(Path(path).read_bytes()),
    "list": lambda path: len(os.listdir(path)),
    "write": lambda path: Path(path).write_bytes(b"x"),
    "remove": lambda path: os.remove(path),
    "connect": lambda port: socket.create_connection(("127.0.0.1", int(port)), 5).close(),
    "send": send,
    "local": lambda name: socket.socket(socket.AF_UNIX).connect("\\0" + name),
    "run": lambda path: subprocess.run([path], stdin=subprocess.DEVNULL).returncode,
    "signal": lambda pid: os.kill(int(pid), 0),
    "hold": lambda number: len([os.dup(0) for _ in range(int(number))]),
    "import": lambda name: __import__(name).__name__,
}
sys.modules["index.prying"] = types.SimpleNamespace(extracted=extracted)
if sys.argv[2] == "free":
    sandbox.confine = lambda readable: None
with Connection(int(sys.argv[1])) as pipe:
    sandbox.serve(pipe)
"""


class Child:
    """The child of a sandbox, confined or free."""

    def __init__(self, kind: str) -> None:
        self.pipe, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PRYING, str(theirs.fileno()), kind],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
            )

    def tries(self, what: str, where: object) -> object:
        """What came of it: a number or name where it was done, else the system's words."""
        self.pipe.send_bytes(json.dumps(["prying", what, str(where)]).encode())
        self.pipe.send_bytes(b"")
        reply: dict[str, object] = json.loads(self.pipe.recv_bytes())
        return reply["done"] if "done" in reply else f"refused: {reply['refused']}"

    def close(self) -> None:
        self.pipe.close()
        self.process.wait(10)


@pytest.fixture(scope="module")
def confined() -> Iterator[Child]:
    child = Child("confined")
    yield child
    child.close()


@pytest.fixture(scope="module")
def free() -> Iterator[Child]:
    """The same without confinement: what it tries can be done."""
    child = Child("free")
    yield child
    child.close()


needs_landlock = pytest.mark.skipif(LANDLOCK < 1, reason="this kernel has no Landlock")


@needs_landlock
def test_no_file_is_read_but_what_python_imports(confined: Child, free: Child) -> None:
    for path in ("/etc/passwd", ROOT / "pyproject.toml", "/proc/self/environ"):
        assert isinstance(free.tries("read", path), int)
        assert confined.tries("read", path) == "refused: Permission denied"
    for path in ("/", "/etc", ROOT, ROOT / "corpus"):
        assert isinstance(free.tries("list", path), int)
        assert confined.tries("list", path) == "refused: Permission denied"
    assert isinstance(confined.tries("read", ROOT / "index" / "pdf.py"), int)
    assert [confined.tries("import", name) for name in ("pypdf", "docx", "trafilatura")] == [
        *("pypdf", "docx", "trafilatura")
    ]


@needs_landlock
def test_nothing_is_written_or_removed(confined: Child, free: Child, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("open")
    for path in (folder, folder.parent, folder.parent.parent):
        path.chmod(0o777)
    assert free.tries("write", folder / "a") == 1
    assert confined.tries("write", folder / "b") == "refused: Permission denied"
    assert confined.tries("write", folder / "a") == "refused: Permission denied"
    assert confined.tries("remove", folder / "a") == "refused: Permission denied"
    assert [path.name for path in folder.iterdir()] == ["a"]


@pytest.mark.skipif(LANDLOCK < 4, reason="this kernel's Landlock knows no network")
def test_no_port_of_the_machine_is_reached(confined: Child, free: Child) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert free.tries("connect", port) is None
        assert confined.tries("connect", port) == "refused: Permission denied"


def has_namespaces() -> bool:
    program = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({NEW_USER | NEW_NETWORK}) != 0)"
    return subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="users may have no network of their own here")
def test_there_is_no_network_at_all(confined: Child, free: Child) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as server, socket.socket(socket.AF_UNIX) as local:
        server.bind(("127.0.0.1", 0))
        local.bind("\0pullquote-test")
        local.listen()
        assert free.tries("send", server.getsockname()[1]) == 1
        assert confined.tries("send", server.getsockname()[1]) == "refused: Network is unreachable"
        assert free.tries("local", "pullquote-test") is None
        assert str(confined.tries("local", "pullquote-test")).startswith("refused: ")


def test_no_other_process_is_started(confined: Child, free: Child) -> None:
    assert free.tries("run", "/bin/true") == 0
    assert str(confined.tries("run", "/bin/true")).startswith("refused: ")
    limits = Path(f"/proc/{confined.process.pid}/limits").read_text().splitlines()
    assert [line.split()[2:4] for line in limits if line.startswith("Max processes")] == [["0", "0"]]


@pytest.mark.skipif(LANDLOCK < 6, reason="this kernel's Landlock knows no signals")
def test_no_other_process_is_sent_a_signal(confined: Child, free: Child) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        assert free.tries("signal", other.pid) is None
        assert confined.tries("signal", other.pid) == "refused: Operation not permitted"
        other.kill()


def test_few_files_are_open_at_once(confined: Child, free: Child) -> None:
    assert free.tries("hold", 40) == 40
    assert confined.tries("hold", 40) == "refused: Too many open files"
