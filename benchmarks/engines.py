"""Milvus on this machine, of three kinds: makes an environment for each, starts it on loopback, stops it and kills it.

    python benchmarks/engines.py CACHE [--engine NAME ...]

makes the environments in the folder CACHE, where they are not there yet; they take 0.9 GB. Then

    with started(SERVER, CACHE, data) as server:
        client = MilvusClient(server.address)

None of them holds what another has written. What each can and cannot do, `docs/scale.md` says.
"""

from __future__ import annotations

import argparse
import lzma
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock
from rich.console import Console

from index.errors import PullquoteError

LOOPBACK = "127.0.0.1"
PORTS = range(20_000, 32_000)  # below those that a system gives to clients, so that none takes a dead server's
GRACE_SECONDS = 30.0  # between SIGTERM and SIGKILL
READY_SECONDS = 120.0
STOPPING_SECONDS = 2  # that the server tries to hand its collections to another one, of which there is none
SESSION_SECONDS = 10  # after which it knows that it was killed, and loads its collections again; its default is 30
TAIL = 30  # lines of a log
MADE = "made"  # a file that says that an environment is whole
BINARIES = "server"
HOLE = re.compile(r"\{\{ (\w+)(?:\(\w+\))?(?:: (.*?))? \}\}")  # of the server's template: name(type): default
OWN_ADDRESS = re.compile(r"^  ip:", re.MULTILINE)
ETCD = """\
listen-client-urls: http://{client}
advertise-client-urls: http://{client}
listen-peer-urls: http://{peer}
initial-advertise-peer-urls: http://{peer}
initial-cluster: default=http://{peer}
"""


class EngineFailed(PullquoteError):
    """An engine did not start; says what its log says."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How a process is started, and where it then answers."""

    command: Sequence[str]
    port: int
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Engine:
    """One kind of Milvus: the packages that it is made of, and how it is launched from its environment on a folder."""

    name: str
    packages: tuple[str, ...]
    launch: Callable[[Path, Path], Launch]

    def __str__(self) -> str:
        return self.name


def launch_server(environment: Path, data: Path) -> Launch:
    """The server listens on all interfaces with all but etcd's ports, whatever its settings say; these only make its
    parts find each other over loopback."""
    source, binaries = packages_of(environment) / "milvus" / "data", environment / BINARIES
    with FileLock(f"{binaries}.lock"):
        if not binaries.exists():
            unpack(source / "bin", binaries)
    template = (source / "config.yaml.template").read_text(encoding="utf-8")
    names = [name for name, _ in HOLE.findall(template) if name.endswith("_port")]
    metrics, peer, *others = free_ports(2 + len(names))
    ports = dict(zip(names, others, strict=True))
    etcd = ETCD.format(client=f"{LOOPBACK}:{ports['etcd_port']}", peer=f"{LOOPBACK}:{peer}")
    (data / "etcd.yaml").write_text(etcd, encoding="utf-8")
    values = {name: str(port) for name, port in ports.items()} | {
        "etcd_log_path": str(data / "etcd.log"),
        "etcd_data_dir": str(data / "etcd"),
        "system_log_path": "",  # standard output has it all
        "local_storage_dir": str(data / "storage"),
        "rocksmq_data_dir": str(data / "rocksmq"),
    }
    text = HOLE.sub(lambda hole: values.get(hole[1]) or hole[2] or "", template)
    (data / "configs").mkdir(exist_ok=True)
    (data / "configs" / "milvus.yaml").write_text(OWN_ADDRESS.sub(f"  ip: {LOOPBACK} ", text), encoding="utf-8")
    shutil.copy(source / "glog.conf", data / "configs")
    variables = {
        "COMMON_GRACEFULSTOPTIMEOUT": str(STOPPING_SECONDS),
        "COMMON_SESSION_TTL": str(SESSION_SECONDS),
        "DEPLOY_MODE": "STANDALONE",
        "ETCD_CONFIG_PATH": str(data / "etcd.yaml"),
        "LD_LIBRARY_PATH": str(binaries),
        "METRICS_PORT": str(metrics),
        "MILVUS_RUN_DIR": str(data / "run"),
    }
    return Launch([str(binaries / "milvus"), "run", "standalone"], ports["proxy_port"], variables)


def launch_core(environment: Path, data: Path) -> Launch:
    """The program that the package's client starts behind a socket of its own; here on a port."""
    binaries = packages_of(environment) / "milvus_lite" / "lib"
    (port,) = free_ports(1)
    command = [str(binaries / "milvus"), str(data / "milvus.db"), f"{LOOPBACK}:{port}", "ERROR"]
    return Launch(command, port, {"LD_LIBRARY_PATH": str(binaries)})


def launch_lite(environment: Path, data: Path) -> Launch:
    (port,) = free_ports(1)
    program = [str(environment / "bin" / "python"), "-I", "-m", "milvus_lite"]  # -I: without our own packages
    return Launch([*program, "server", "--host", LOOPBACK, "--port", str(port), "--data-dir", str(data / "lite")], port)


SERVER = Engine("milvus-2.3.5", ("milvus==2.3.5",), launch_server)
CORE = Engine("milvus-lite-2.5.1", ("milvus-lite==2.5.1",), launch_core)
LITE = Engine("milvus-lite-3.2.2", ("milvus-lite==3.2.2", "pymilvus==3.0.2"), launch_lite)
ENGINES = {one.name: one for one in (SERVER, CORE, LITE)}


class Server:
    """A process that serves Milvus from the folder `data`, at the same `address` whenever it is started."""

    def __init__(self, engine: Engine, environment: Path, data: Path) -> None:
        self.engine, self.data = engine, data
        self.launch = engine.launch(environment, data)
        self.address = f"http://{LOOPBACK}:{self.launch.port}"
        self.log = data / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers. Raises `EngineFailed`."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.launch.command,
                env=os.environ | self.launch.variables,
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a process group of its own, so that what it leaves can be ended with it
            )
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while not answers(self.address.removeprefix("http://")):
            if not self.is_running or time.monotonic() > until:
                what = f"did not answer within {READY_SECONDS:.0f} s" if self.is_running else "ended"
                raise EngineFailed(f"{self.engine} {what}. Its log ends with:\n{self.tail()}")
            time.sleep(0.1)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ends it as a system does: asked first, then by force."""
        if self.process:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE_SECONDS)
            self.kill()

    def kill(self) -> None:
        """Ends it at once, as a crash would."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def tail(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL:])


@contextmanager
def started(engine: Engine, cache: Path, data: Path) -> Iterator[Server]:
    """A server that answers, with its data in the folder `data`, its environment in `cache`. Raises `EngineFailed`."""
    data.mkdir(parents=True, exist_ok=True)
    server = Server(engine, environment_of(engine, cache), data.resolve())
    server.start()
    try:
        yield server
    finally:
        server.stop()


def answers(address: str) -> bool:
    """Whether a server says what it holds: asked without pymilvus, which keeps what it connects to, and logs pages."""
    import grpc  # seconds, as pymilvus
    from pymilvus.grpc_gen.milvus_pb2 import ShowCollectionsRequest
    from pymilvus.grpc_gen.milvus_pb2_grpc import MilvusServiceStub

    with grpc.insecure_channel(address) as channel:
        try:
            response = MilvusServiceStub(channel).ShowCollections(ShowCollectionsRequest(), timeout=1)
        except grpc.RpcError:
            return False
        return bool(response.status.code == 0)


def environment_of(engine: Engine, cache: Path) -> Path:
    """The engine's virtual environment, made where it is not there yet. Raises `EngineFailed`."""
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache.resolve() / engine.name
    with FileLock(f"{folder}.lock"):
        if not (folder / MADE).exists():
            venv.create(folder, clear=True, with_pip=True)
            pip = [str(folder / "bin" / "python"), "-I", "-m", "pip", "install", "--quiet", *engine.packages]
            installed = subprocess.run(pip, capture_output=True, text=True, check=False)
            if installed.returncode:
                raise EngineFailed(f"{engine} cannot be installed:\n{installed.stderr}")
            (folder / MADE).touch()
    return folder


def packages_of(environment: Path) -> Path:
    (folder,) = environment.glob("lib/python*/site-packages")
    return folder


def unpack(packed: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for file in packed.glob("*.lzma"):
        with lzma.open(file) as source, (unfinished / file.stem).open("wb") as out:
            shutil.copyfileobj(source, out)
        (unfinished / file.stem).chmod(0o755)
    unfinished.rename(target)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on."""
    ports: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server((LOOPBACK, port)):
            ports.append(port)
        if len(ports) == count:
            break
    return ports


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--engine", choices=ENGINES, nargs="+", default=list(ENGINES))
    given = parser.parse_args()
    console = Console()
    for name in given.engine:
        console.print(f"{name}: {environment_of(ENGINES[name], given.cache)}", highlight=False)


if __name__ == "__main__":
    main()
