"""A Ray cluster (Moritz et al. 2018) as an embedder. Ray itself runs in a process of its own, `driver`: what
it prints spoils no progress bar, and where it loses its cluster it ends that process and not the build's."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from multiprocessing import Pipe
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from config.settings import ModelSettings
from index.embeddings import PORTION, portions
from index.environment import environment
from index.errors import NoCluster, PullquoteError
from index.models import Model

if TYPE_CHECKING:
    from index.cluster.worker import Packed

SECONDS_TO_END = 5.0  # that Ray has to leave its cluster; of a driver that was killed, the cluster notices it
SECONDS_FOR_A_SIGNAL = 0.3  # Ctrl-C is for the driver as well, which may end of it before this process hears it
NO_WORKERS = 3  # the driver's exit code where all workers are gone
# Seconds after which a token counts as refused, instead of 20, and a cluster as gone, instead of 60.
PATIENCE = {"RAY_NUM_REDIS_GET_RETRIES": "5", "RAY_gcs_rpc_server_reconnect_timeout_s": "20"}
QUIET = {"RAY_USAGE_STATS_ENABLED": "0"}  # nothing is told to those who make Ray


@contextmanager
def ray_loader(address: str, model: Model, settings: ModelSettings) -> Iterator[Callable[[], RayEmbedder]]:
    """Loads a `RayEmbedder` for as long as the context lasts. Raises `NoCluster` where Ray is not installed."""
    if not find_spec("ray") or not find_spec("pyarrow"):
        raise NoCluster("Building with Ray needs Ray on every machine: pip install 'pullquote[ray]'")
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(RayEmbedder(address, model, settings)))


class RayEmbedder:
    """Passages read by the workers of a cluster, each with the model's own embedder: their encodings are those that one
    process would give, in the same order.

    Raises `NoCluster` where the cluster at `address` cannot be used or is lost, `BadWorker` where one of its machines
    has no Pullquote, another version of it, or another model.
    """

    def __init__(self, address: str, model: Model, settings: ModelSettings) -> None:
        self.address = address
        self.precisions: set[str] = set()
        with ExitStack() as opened:
            folder = Path(opened.enter_context(TemporaryDirectory(prefix="pullquote-ray-")))
            self.pipe, theirs = Pipe()
            opened.enter_context(self.pipe)
            with theirs, (folder / "log").open("wb") as log:
                self.driver = subprocess.Popen(
                    [sys.executable, "-P", "-m", "index.cluster.driver", str(theirs.fileno())],
                    cwd=folder,  # workers look for modules where their driver is, too: here are none
                    env=PATIENCE | QUIET | environment(),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.PIPE,  # closes with this process, and ends the driver
                    stdout=log,
                    stderr=log,
                )
            opened.callback(self.end)
            self.send((address, model, settings))
            self.receive()  # its word that it is ready
            self.opened = opened.pop_all()

    @property
    def precision(self) -> str:
        return ", ".join(sorted(self.precisions))

    def encode(self, texts: Iterable[str]) -> Iterator[Packed]:
        from index.cluster.worker import precisions_of, unpacked  # pyarrow, which nothing else needs

        for portion in portions(texts, PORTION):
            self.send(portion)
        self.send(None)
        while (table := self.receive()) is not None:
            self.precisions |= precisions_of(table)
            yield from unpacked(table)

    def send(self, what: object) -> None:
        try:
            self.pipe.send(what)
        except OSError:  # the driver is gone; what it said last is still to be read
            self.receive()

    def receive(self) -> Any:
        """What the driver sends; raises what failed there."""
        try:
            received = self.pipe.recv()
        except (EOFError, OSError):
            code = self.driver.wait()
            time.sleep(SECONDS_FOR_A_SIGNAL)
            if code == -signal.SIGINT:  # Ctrl-C, which the driver heard first
                raise KeyboardInterrupt from None
            if code == NO_WORKERS:
                said = f"All workers of the Ray cluster at {self.address} are gone; start some, then build again."
            else:
                said = f"The Ray cluster at {self.address} is gone; start it, then build again."
            raise NoCluster(said) from None
        if isinstance(received, PullquoteError):
            raise received
        return received

    def end(self) -> None:
        """Ends the driver, and with it whatever its workers still do."""
        assert self.driver.stdin
        self.driver.stdin.close()
        try:
            self.driver.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.driver.kill()
            self.driver.wait()

    def close(self) -> None:
        self.opened.close()
