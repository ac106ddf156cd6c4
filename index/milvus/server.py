"""The fields of a collection, how the server is reached, and what its failures are called here."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from pymilvus.exceptions import MilvusException

from config.settings import MilvusSettings
from index.errors import EngineRefuses, Unreachable

logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs a traceback with every failure

TOKEN = "MILVUS_TOKEN"
NUMBER, VECTOR, DAY, SOURCE = "number", "vector", "day", "source"  # fields: as in `store` and `vectors`
STEMS, TERMS = "stems", "terms"  # the words of title and text, and what the server's BM25 makes of them
PASSING = {2, 101}  # codes: the client cannot connect; a collection is not loaded, which it will be, once asked for
CHANNEL = {  # milliseconds; to connect again, gRPC waits up to two minutes by itself
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 2000,
    "grpc.keepalive_time_ms": 60_000,  # servers hang up on who asks more often
}


def connection(settings: MilvusSettings) -> dict[str, Any]:
    """What both of the clients take."""
    return {
        "uri": settings.address,
        "token": os.environ.get(TOKEN, ""),
        "db_name": settings.database,
        "timeout": settings.seconds,
        "grpc_options": CHANNEL,
    }


@contextmanager
def failures(settings: MilvusSettings) -> Iterator[None]:
    """Raises `Unreachable` where the server does not answer, `EngineRefuses` where it says no."""
    try:
        yield
    except grpc.RpcError as error:
        code = error.code() if isinstance(error, grpc.Call) else None
        if code in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED):
            refused = f"Milvus at {settings.address} refuses the token"
            raise EngineRefuses(f"{refused}; set {TOKEN} to a valid one.") from error
        raise Unreachable(settings.address) from error
    except TimeoutError as error:
        raise Unreachable(settings.address) from error
    except MilvusException as error:
        if error.code in PASSING or isinstance(error.code, grpc.StatusCode):
            raise Unreachable(settings.address) from error
        raise EngineRefuses(f"Milvus at {settings.address} refuses: {error.message.strip().rstrip('.')}.") from error
