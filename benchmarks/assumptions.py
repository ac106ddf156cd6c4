"""The figures that `sizing.py` counts with: each as it stands where it is from.

What was measured was measured on two cores, of archives of up to a million passages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from config.settings import Settings

GROWTH, SPEED = "`growth.py`", "`speed.py`"
FOOTPRINT = "`footprint.py`, of the larger archive"
BY_HAND = "tried by hand: Milvus 2.3.5, one server on two cores, 200,000 vectors"
SETTINGS = "[default.toml](../config/default.toml)"
TOOL = "[Milvus Sizing Tool](https://milvus.io/tools/sizing)"
SEGMENTS = "[dataCoord-related Configurations](https://milvus.io/docs/configure_datacoord.md)"
LOADING = "[Load Collection](https://milvus.io/docs/v2.3.x/load_collection.md)"


class Assumed(float):
    """A figure, what it is of, and where it is from."""

    every: ClassVar[list[Assumed]] = []
    what: str
    source: str

    def __new__(cls, value: float, what: str, source: str) -> Assumed:
        one = super().__new__(cls, value)
        one.what, one.source = what, source
        cls.every.append(one)
        return one

    def __str__(self) -> str:
        return f"{int(self):,}" if self.is_integer() else repr(float(self))


@dataclass(frozen=True, slots=True)
class Line:
    """Through what was measured of two archives, of `SMALL` and of `LARGE` passages."""

    small: Assumed
    large: Assumed

    @classmethod
    def of(cls, what: str, small: float, large: float) -> Line:
        return cls(Assumed(small, f"{what}, smaller archive", GROWTH), Assumed(large, "... larger archive", GROWTH))

    @property
    def slope(self) -> float:
        """A passage."""
        return (self.large - self.small) / (LARGE - SMALL)

    def __call__(self, passages: float) -> float:
        return self.small + self.slope * (passages - SMALL)


own = Settings.load()

# Of a passage on disk, and of what a server is told of it
TOKENS = Assumed(6_114, "bytes of token bits of a passage", FOOTPRINT)
TEXTS = Assumed(646, "... of texts", FOOTPRINT)
VECTORS = Assumed(768, "... of vectors in half precision", FOOTPRINT)
NEAR = Assumed(56, "... of vectors in bits, from 50,000 passages on", FOOTPRINT)
WORDS = Assumed(218, "... of words", FOOTPRINT)
PLACES = Assumed(216, "... of where sentences and token bits lie", FOOTPRINT)
STEMS = Assumed(547, "... of stems", FOOTPRINT)
TERMS = Assumed(81, "different stems of a passage", FOOTPRINT)

# Of one machine
SMALL = Assumed(101_439, "passages of the smaller archive", GROWTH)
LARGE = Assumed(1_015_561, "passages of the larger archive", GROWTH)
RESIDENT = Line.of("MB in memory while answering", 430, 1_459)
OWN = Line.of("MB of it that are not of files", 194, 266)
BUILDING = Line.of("MB of a build at its peak", 734, 3_249)
ANSWER = Line.of("ms of an answer without the reader", 8.6, 15.7)
SEARCH = Line.of("ms of it for the vectors", 1.13, 5.65)
RATE = Assumed(295, "passages a second that the model reads", GROWTH)
BESIDE = Assumed(602, "s of a first build beside the model, larger archive", GROWTH)
REBUILT = Assumed(1.6, "s of a build after 1 % of the articles changed ...", SPEED)
REBUILT_OF = Assumed(8_853, "... of so many passages", SPEED)
PERIOD = Assumed(1.1, "ms to say which of a million passages are of a time", "`footprint.py`: 0.55 to 1.1")
COMPARED = Assumed(1, "GB a second whose checksums are compared", "[Running Pullquote](operations.md): 0.7 to 1.8")
READER = Assumed(100, "ms that the reader adds in any archive", "`quality.py`: 95 to 128 in all")
SPREAD = Assumed(0.8, "of its own pace that each machine keeps in a build with Ray", "what is asked of it: within 25 %")
KEPT = Assumed(own.index.keep, "generations kept (`index.keep`)", SETTINGS)
LOADED = Assumed(2, "... that a server has in memory", "the published one and the one before")

# Of a server
DIMENSIONS = Assumed(384, "dimensions of a vector, 4 bytes each", "all-MiniLM-L6-v2")
LINKS = Assumed(own.milvus.links, "links of a vector (`milvus.links`)", SETTINGS)
LINK = Assumed(8, "bytes of memory of each", TOOL)
SPARE = Assumed(1.15, "times the memory that vectors and links take", TOOL)
GROWING = Assumed(2, "segments of memory for what is not linked yet", TOOL)
SEGMENT = Assumed(1024, "MiB of a segment", SEGMENTS)
FIELDS = Assumed(30, "bytes of number, day and source of a passage", "their types, and a name of some ten letters")
TERM = Assumed(8, "bytes of each of its different stems: a number and a weight", "not measured")
USED = Assumed(0.9, "of the memory of a node that may be loaded", LOADING)
NODE = Assumed(64, "GB of memory of a query node", TOOL)
CORE = Assumed(4, "GB of memory for each of its cores", TOOL)
ROW = Assumed(0.051, "ms to put together what it is told of a passage", FOOTPRINT)
INSERTED = Assumed(11_367, "passages a second that it takes in", BY_HAND)
LINKED = Assumed(55, "s in which two cores link and load 200,000", BY_HAND)
ROUND_TRIP = Assumed(5.2, "ms of a search, one asking", BY_HAND)
ASKED = Assumed(265, "searches a second, four asking, clients on the same two cores", BY_HAND)
SEARCHED = Assumed(0.34, "ms of one core to search a full segment", "`footprint.py`, in a graph of 390,000")
