"""The servers that tests and measurements are made on: started, killed and started again, and what is said if not."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from engines import LITE, PORTS, EngineFailed, Server, answers, free_ports
from pymilvus import MilvusClient

ROWS = [{"id": number, "vector": [float(number), 1.0]} for number in range(10)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(LITE, Path(sys.prefix), tmp_path)
    yield server
    server.kill()


def test_a_killed_server_is_gone_and_starts_again_with_its_rows(server: Server) -> None:
    server.start()
    assert server.process
    first, host = server.process.pid, server.address.removeprefix("http://")
    with closing(MilvusClient(server.address)) as client:
        client.create_collection("rows", dimension=2)
        client.insert("rows", ROWS)
        client.flush("rows")
    server.kill()
    assert not answers(host)
    with pytest.raises(ProcessLookupError):
        os.killpg(first, 0)
    server.start()
    assert answers(host)
    with closing(MilvusClient(server.address)) as client:
        client.load_collection("rows")
        assert client.query("rows", filter="", output_fields=["count(*)"])[0]["count(*)"] == len(ROWS)


def test_a_server_that_is_asked_to_stop_stops(server: Server) -> None:
    server.start()
    server.stop()
    assert not server.is_running
    assert not answers(server.address.removeprefix("http://"))


def test_a_server_that_ends_by_itself_says_why(server: Server) -> None:
    (server.data / "lite").write_text("no folder")
    with pytest.raises(EngineFailed, match=r"milvus-lite-3\.2\.2 ended\. Its log ends with:(.|\n)*FileExistsError"):
        server.start()
    assert not server.is_running


def test_ports_are_free_and_none_comes_twice() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert set(ports) <= set(PORTS)
    with socket.create_server(("127.0.0.1", ports[0])):
        assert ports[0] not in free_ports(len(PORTS))
