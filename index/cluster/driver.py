"""The process that talks to Ray: it takes texts from `embedder` over one pipe, has Ray Data map them over
actors that hold the model, and sends back tables of what an index keeps of them.

    python -P -m index.cluster.driver DESCRIPTOR
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

import pyarrow as pa
import ray
from ray.data import ActorPoolStrategy, DataContext, from_arrow_refs
from ray.exceptions import RayError, RaySystemError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from index.cluster.embedder import NO_WORKERS
from index.cluster.worker import Job, Worker, check, text_table
from index.errors import BadWorker, NoCluster, PullquoteError

SECONDS_TO_ANSWER = 5.0  # that the address has, before Ray itself tries for two minutes
SECONDS_WITHOUT = 30.0  # until workers that are all gone are given up: a machine that starts again takes less
RETRIES = 5  # of a batch that failed, or whose worker was lost
IN_FLIGHT = 2  # batches that a worker has: one to read, one to come


def serve(pipe: Connection) -> None:
    address, model, settings = pipe.recv()
    try:
        connect(address)
        job = Job.of(model, settings)
        check_workers(address, job)
        pipe.send("ready")
        tables = [ray.put(text_table(portion)) for portion in iter(pipe.recv, None)]
        threading.Thread(target=end_without_workers, daemon=True).start()
        for table in read(tables, job):
            pipe.send(table)
        pipe.send(None)
        ray.shutdown()
    except PullquoteError as error:
        pipe.send(error)
    except Exception as error:  # of Ray, which has many, or of a batch that no worker can read
        pipe.send(NoCluster(f"Ray failed at {address} ({type(error).__name__}: {last_line(error)}); build again."))


def connect(address: str) -> None:
    """Raises `NoCluster`."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise NoCluster(f"“{address}” is no address of a Ray cluster; write it as 127.0.0.1:6379.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), SECONDS_TO_ANSWER).close()
    except (OSError, OverflowError) as error:
        raise NoCluster(
            f"No Ray cluster answers at {address}; start one with `ray start --head`, or check the address."
        ) from error
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL)
    except (ConnectionError, RayError) as error:
        raise NoCluster(
            f"The Ray cluster at {address} does not let this process in: set RAY_AUTH_MODE=token and "
            "RAY_AUTH_TOKEN_PATH as they are set for its machines, of which this must be one (`ray start --address`)."
        ) from error


def check_workers(address: str, job: Job) -> None:
    """Raises `BadWorker`, and `NoCluster` where there are none."""
    nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    if not nodes:
        raise NoCluster(f"No machine of the Ray cluster at {address} offers a processor; start one with --num-cpus.")
    checking: Any = ray.remote(num_cpus=0)(check)
    checks = [checking.options(scheduling_strategy=on(node["NodeID"])).remote(job) for node in nodes]
    for node, checked in zip(nodes, checks, strict=True):
        try:
            ray.get(checked)
        except RayTaskError as error:
            raise what_is_wrong(error, node["NodeManagerHostname"]) from error


def on(node: str) -> NodeAffinitySchedulingStrategy:
    return NodeAffinitySchedulingStrategy(node, soft=False)


def what_is_wrong(error: RayTaskError, machine: str) -> BadWorker:
    """Why a worker cannot do the job, as a sentence."""
    if isinstance(error.cause, BadWorker):
        return error.cause
    if isinstance(error.cause, ImportError | RaySystemError):  # which cannot make sense of what it was sent
        return BadWorker(f"The worker {machine} has no Pullquote of this version; install the same there, with [ray].")
    return BadWorker(f"The worker {machine} cannot find the model ({type(error.cause).__name__}: {last_line(error)}).")


def last_line(error: Exception) -> str:
    """Of what Ray says, which is the worker's traceback."""
    return (str(error).strip().splitlines() or [""])[-1]


def read(tables: Sequence[ray.ObjectRef], job: Job) -> Iterator[pa.Table]:
    """One table for each of `tables`, in their order. For a worker that is lost Ray starts another; where its machine
    is lost, too, those that are left go on behind the last table that came."""
    done = lost = 0
    while done < len(tables):
        try:
            for table in mapped(tables[done:], job):
                yield table
                done, lost = done + 1, 0
        except RayTaskError:  # a failure of the batch itself, retried by Ray
            raise
        except RayError:
            lost += 1
            if lost > RETRIES:
                raise


def mapped(tables: Sequence[ray.ObjectRef], job: Job) -> Iterator[pa.Table]:
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    context.retried_map_errors, context.max_map_retries = True, RETRIES
    cores = max(1, int(ray.cluster_resources().get("CPU", 0)))
    read = from_arrow_refs(list(tables)).map_batches(
        Worker,
        fn_constructor_args=(job,),
        batch_size=None,  # a table
        batch_format="pyarrow",
        num_cpus=1,
        compute=ActorPoolStrategy(
            min_size=1, max_size=cores, initial_size=cores, max_tasks_in_flight_per_actor=IN_FLIGHT
        ),
        ray_remote_args_fn=lambda: {"max_restarts": -1, "max_task_retries": RETRIES},
    )
    return iter(read.iter_batches(batch_size=None, batch_format="pyarrow"))


def end_without_workers() -> None:
    """Ends this process once there has been no worker for too long: Ray would wait for one without an end."""
    last = time.monotonic()
    while time.monotonic() - last < SECONDS_WITHOUT:
        time.sleep(1)
        if ray.cluster_resources().get("CPU"):
            last = time.monotonic()
    os._exit(NO_WORKERS)


def end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C in the terminal of both
    threading.Thread(target=end_with_parent, daemon=True).start()
    with Connection(int(sys.argv[1])) as to_parent:
        serve(to_parent)
