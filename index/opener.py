"""The archive of an index, opened again and again: the models are loaded once, and what searches is connected once."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from config.settings import Settings
from index.archive import Archive, generation_of
from index.engine import load_embedder, load_reader, one_core_a_question
from index.errors import Unreachable
from index.generations import Switched
from index.layout import GUILDS
from index.models import find_model

if TYPE_CHECKING:
    from index.milvus.asking import Connection
    from index.milvus.publishing import Publisher


class Opener:
    """Opens the generation that is current then, of the index of the settings or of another; the first time the one
    named `first`, where one is. Searching needs no reader.

    Raises `NoIndex` and `WrongModel` before the models take their seconds, `NoModel`, and of a server that searches
    `EngineRefuses`; where it is unreachable at first, questions are told so, later `Unreachable` is raised.
    """

    def __init__(
        self, settings: Settings, console: Console, *, with_reader: bool = True, first: str | None = None
    ) -> None:
        self.index = settings.index.path
        self.connection: Connection | None = None
        is_here = not is_served(settings, self.index)
        self.model = find_model(settings.model.name, settings.model.folder)
        self.waiting = [generation_of(self.index, self.model, first, is_here)]
        one_core_a_question()
        with console.status("Loading the model …"):
            self.embedder = load_embedder(self.model, settings.model)
            self.reader = load_reader(settings.reader, settings.model.engine) if with_reader else None
        if not is_here:
            from index.milvus.asking import Connection  # a client that takes half a second, and is an extra

            self.connection = Connection(settings.milvus)

    def __call__(self, index: Path | None = None) -> Archive:
        index = index or self.index
        is_first = index == self.index and bool(self.waiting)
        is_here = self.connection is None or index != self.index
        generation = self.waiting.pop() if is_first else generation_of(index, self.model, is_searched=is_here)
        if self.connection is None or is_here:
            return Archive(generation, self.embedder, self.reader)
        from index.milvus.asking import MilvusRetriever

        retriever = MilvusRetriever(index, generation, self.connection)
        try:
            retriever.open()
        except BaseException as error:
            if not (is_first and isinstance(error, Unreachable)):  # at the start, questions say so until it can be
                generation.close()
                raise
        return Archive(generation, self.embedder, self.reader, retriever)

    def follow(self) -> str | None:
        """Makes current what is published on a server, as by a build on another machine; a sentence where that is not
        in the index folder. Raises `Unreachable` and `EngineRefuses`."""
        if self.connection is None:
            return None
        from index.milvus.asking import follow

        return follow(self.index, self.connection)

    def close(self) -> None:
        """After the archives that were opened."""
        if self.connection:
            self.connection.close()


def is_served(settings: Settings, index: Path) -> bool:
    """Whether a server searches the index; that of one guild is never so large."""
    return settings.index.engine == "milvus" and not (index.parent.name == GUILDS and index.name.isdigit())


def publisher_of(settings: Settings, index: Path) -> Publisher | None:
    """Puts generations on the server that searches them, where one does. Raises `EngineRefuses`."""
    if not is_served(settings, index):
        return None
    from index.milvus.publishing import Publisher

    return Publisher(index, settings.milvus)


def switched_by(settings: Settings, index: Path) -> Switched:
    """What `generations.roll_back` tells that server."""
    publisher = publisher_of(settings, index)
    return publisher.switched_to if publisher else nullcontext
