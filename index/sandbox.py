"""A process of its own for parsers of what strangers wrote: what hangs one, ends it or fills its memory is lost alone,
and what takes one over finds neither files nor a network (`confinement`).

The parent sends the name of a parser, its arguments and the bytes, the child answers with JSON; both over one pipe.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from index.articles import Reason, Unreadable
from index.confinement import confine

SECONDS = 3  # of the processor's time for one file, so that a busy machine loses none; a page of a PDF takes some 16 ms
MEMORY = 1_000_000_000  # bytes of addresses; a document of 10 MB with 150 pages takes a tenth of it
WAIT = 30  # seconds on the clock, for a child that does nothing at all
IDLE = 10.0  # seconds without a file, after which the child ends: it holds 60 to 100 MB and starts in a third of one
ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", f"{sys.base_prefix}/lib")
NEEDED = re.compile(r"PYTHON.*|LC_.*|LANG|TZ|HOME|PATH|LD_LIBRARY_PATH")  # of the environment, which has tokens in it
Fields = dict[str, Any]  # what JSON can hold; a date comes as ISO 8601


class Sandbox:
    """Runs `index.KIND.extracted(data, *arguments)` in a child that is started when it is needed, kept for the next
    file, and ended after `idle` seconds without one. Threads take turns."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._closing = Timer(idle, self.close)
        atexit.register(self.close)

    def extracted(self, kind: str, data: bytes, *arguments: str | None) -> Fields:
        """What the parser of `kind` makes of `data`. Raises `Unreadable` with its reason, or with what became of it."""
        with self._lock:
            child, pipe = self._running()
            try:
                pipe.send_bytes(json.dumps([kind, *arguments]).encode())
                pipe.send_bytes(data)
                if not pipe.poll(WAIT):
                    child.kill()
                reply = json.loads(pipe.recv_bytes())
            except (EOFError, OSError):
                self._close()
                raise why_ended(child.returncode) from None
            except BaseException:  # Ctrl-C: the reply that is still to come would be taken for the next file's
                child.kill()
                self._close()
                raise
            self._close_later()
        if "reason" in reply:
            raise Unreadable(**reply | {"kind": Reason(reply["kind"])})
        fields: Fields = reply
        return fields

    @property
    def pid(self) -> int | None:
        """The child's, where there is one."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """Ends the child; the next file starts another."""
        with self._lock:
            self._close()

    def _running(self) -> tuple[subprocess.Popen[bytes], Connection]:
        if self._child and self._pipe and self._child.poll() is None:
            return self._child, self._pipe
        self._close()
        self._pipe, theirs = Pipe()
        with theirs:
            self._child = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if NEEDED.fullmatch(name)},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # parsers warn there of every fault that they mend
            )
        return self._child, self._pipe

    def _close_later(self) -> None:
        self._closing.cancel()
        self._closing = Timer(self._idle, self.close)
        self._closing.daemon = True
        self._closing.start()

    def _close(self) -> None:
        if self._pipe:
            self._pipe.close()  # which ends a child that waits for a file
        if self._child:
            try:
                self._child.wait(1)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        self._child = self._pipe = None


def why_ended(code: int | None) -> Unreadable:
    if code in (-signal.SIGPROF, -signal.SIGKILL):
        return Unreadable(f"it takes more than {SECONDS} s to read; save it anew, or in parts", Reason.TOO_LONG)
    return Unreadable("its content broke the reader", Reason.DAMAGED)


def serve(pipe: Connection) -> None:
    """The child: answers until the parent closes the pipe; `SIGPROF` ends it where a file takes too long."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    confine(imported_from())
    while True:
        try:
            kind, *arguments = json.loads(pipe.recv_bytes())
            data = pipe.recv_bytes()
        except EOFError:
            return
        parser = import_module(f"index.{kind}").extracted
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        reply = json.dumps(answer(parser, data, *arguments), default=date.isoformat).encode()
        signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send_bytes(reply)


def imported_from() -> list[Path]:
    """Where Python and its libraries lie, which parsers import when they are first needed; of a checkout of Pullquote
    the package alone, since an operator may keep more in it."""
    is_checkout = (ROOT / "pyproject.toml").exists()
    folders = [Path(place).resolve() for place in (*LIBRARIES, *sys.path)]
    return [Path(__file__).parent, *(one for one in folders if one != ROOT or not is_checkout)]


def answer(parser: Callable[..., Fields], data: bytes, *arguments: str | None) -> Fields:
    try:
        return parser(data, *arguments)
    except Unreadable as reason:
        return {"reason": str(reason), "kind": reason.kind, "detail": reason.detail}
    except MemoryError:
        sentence = f"it takes more than {MEMORY // 1_000_000} MB of memory to read; save it anew, or in parts"
        return {"reason": sentence, "kind": Reason.TOO_LONG}
    except Exception as error:  # a parser's own fault: whatever it raises, the file is damaged to it
        return {"reason": f"damaged ({type(error).__name__}); open it and save it anew", "kind": Reason.DAMAGED}


if __name__ == "__main__":
    with Connection(int(sys.argv[1])) as to_parent:
        serve(to_parent)
