"""Everything that can go wrong on purpose. The text of each is one sentence for a person: what to do."""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

MOMENT = "%Y-%m-%d %H:%M:%S"


class PullquoteError(Exception):
    """A failure whose text is meant to be read by the person at the keyboard."""


class BadSettings(PullquoteError):
    """A setting is unknown, of the wrong kind or out of its limits."""


class BadArchive(PullquoteError):
    """The folder of articles is missing, is no folder, or holds nothing that can be read."""


class BadQuestions(PullquoteError):
    """A question set is missing or broken."""


class BadQuery(PullquoteError):
    """A question or a search that cannot be meant: empty, too long, dates the wrong way round."""


class NoWord(BadQuery):
    """A question without a word in it."""

    def __init__(self) -> None:
        super().__init__("There is no word in this question; ask something.")


class NoWordToFind(BadQuery):
    """A search that only excludes."""

    def __init__(self) -> None:
        super().__init__('A search needs at least one word to find, as in: pullquote search "new bridge" -tunnel')


class NoDate(BadQuery):
    """What was given as a date is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"“{text}” is no date; write it as 2025-05-01, 1.05.2025, 2025-05 or 2025, or how long ago it is: 7d, 2w, "
            "3mo, 1y."
        )


class NoPeriod(BadQuery):
    """Two dates the wrong way round."""

    def __init__(self, after: date, before: date) -> None:
        self.after, self.before = after, before
        super().__init__(f"Nothing is published from {after} on and before {before}: the second date must be later.")


class NoSource(BadQuery):
    """A source that no article has; `known` are those that some have."""

    def __init__(self, wanted: str, known: Sequence[str]) -> None:
        self.wanted, self.known = wanted, tuple(known)
        there = f"the sources are {', '.join(known[:10])}" if known else "no article of this archive names one"
        super().__init__(f"No article is from “{wanted}”; {there}.")


class NoModel(PullquoteError):
    """The embedding model is not there, or is not the one its checksum promises."""


class NoIndex(PullquoteError):
    """There is no index yet, no generation to go back to, or one that cannot be opened."""


class OtherFormat(NoIndex):
    """A generation was made by another version of Pullquote, with files that this one does not read."""


class Unreachable(PullquoteError):
    """The engine that searches the archive does not answer, or not in time; it may again in a moment."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The archive is unreachable: Milvus at {address} does not answer; try again in a moment. If it stays so, "
            "look whether it runs and whether milvus.address is right."
        )


class EngineRefuses(PullquoteError):
    """The engine that searches the archive will not do what it is asked to."""


class WrongModel(NoIndex):
    """The index was made with another embedding model than the one in the settings."""


class Busy(PullquoteError):
    """More is asked at once than may wait in line, or another build is running."""


class Building(Busy):
    """Another process builds the index; which, and since when, where that is known."""

    def __init__(self, index: Path, process: int | None = None, since: datetime | None = None) -> None:
        self.process, self.since = process, since
        who = f" (process {process}, since {since:{MOMENT}})" if process and since else ""
        super().__init__(f"Another build is writing to {index}{who}; wait until it is done.")


class Shrinking(PullquoteError):
    """A build would lose more of the archive than the settings let it; `lost` of `articles` articles."""

    def __init__(self, lost: int, articles: int, most: float) -> None:
        self.lost, self.articles, self.most = lost, articles, most
        super().__init__(
            f"This build would remove {lost:,} of {articles:,} articles ({lost / articles:.0%}; without asking it may "
            f"{most:.0%}, archive.max_removed_share). If a folder is missing, bring it back; if it is meant: "
            "`pullquote build --shrink`."
        )


class NoCluster(PullquoteError):
    """A Ray cluster cannot be reached, refuses, or is gone."""


class BadWorker(NoCluster):
    """A worker of a cluster cannot do what this machine would, or would do it otherwise."""


class DiskFull(PullquoteError):
    """There is no room for what has to be written."""

    def __init__(self, index: Path, reason: str) -> None:
        super().__init__(
            f"There is no room where the index is kept ({index}: {reason}); make some, then try again. The index is "
            "as it was before."
        )


class BuildFailed(PullquoteError):
    """A build in a process of its own failed; `kind` is the name of its error, `fields` what else that says."""

    def __init__(self, sentence: str, kind: str = "BuildFailed", fields: dict[str, object] | None = None) -> None:
        self.kind, self.fields = kind, fields or {}
        super().__init__(sentence)


class Cancelled(PullquoteError):
    """A build was stopped by who asked for it."""

    def __init__(self) -> None:
        super().__init__("The build was cancelled; nothing of the archive is lost.")


class BadState(PullquoteError):
    """What the bot remembers cannot be read."""


class BadBackup(PullquoteError):
    """A backup is in the way of another, damaged, or none at all."""


class CannotConnect(PullquoteError):
    """Discord refuses the token, or cannot be reached."""


class Fault(StrEnum):
    """Why something could not be fetched; each has its sentence in `FAULTS`."""

    ADDRESS = "address"
    FORBIDDEN = "forbidden"
    UNKNOWN_HOST = "unknown host"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    SLOW = "slow"
    LARGE = "large"
    KIND = "kind"
    STATUS = "status"
    BUSY = "busy"
    ROBOTS = "robots"
    REDIRECTS = "redirects"
    INSECURE = "insecure"
    BROKEN = "broken"


FAULTS = {
    Fault.ADDRESS: "“{address}” is no address of a web page; write it as https://example.org/news.",
    Fault.FORBIDDEN: "{address} leads into a private network or to another service than the web; an operator can "
    "allow it with fetching.allow and fetching.ports in the settings.",
    Fault.UNKNOWN_HOST: "No host of that name is known: {address}; check the spelling.",
    Fault.UNREACHABLE: "{address} cannot be reached; try again later.",
    Fault.CERTIFICATE: "{address} has no valid certificate; tell its owner.",
    Fault.SLOW: "{address} did not answer in time; try again later.",
    Fault.LARGE: "{address} is larger than {detail} MB (fetching.max_megabytes).",
    Fault.KIND: "{address} is {detail}, which is nothing that can be read here.",
    Fault.STATUS: "{address} answers with status {detail}; check the address in a browser.",
    Fault.BUSY: "{address} asks to come back later.",
    Fault.ROBOTS: "{address} must not be read by programs, says the site's robots.txt; ask its owner.",
    Fault.REDIRECTS: "{address} leads from one address to another without an end; check it in a browser.",
    Fault.INSECURE: "{address} is not encrypted any more where it leads from an encrypted one.",
    Fault.BROKEN: "{address} gives an answer that cannot be understood.",
}
LONGEST_ADDRESS_SHOWN = 200  # characters, in a sentence


class CannotFetch(PullquoteError):
    """An address that must not, or could not, be fetched; `address` is that of the redirect where one led there, as it
    may be shown, kept and logged: without what may be a key.

    `status` is the HTTP status where there was one; `wait` the seconds after which the site wants to be asked again.
    """

    def __init__(
        self, fault: Fault, address: str, detail: str = "", *, status: int | None = None, wait: float | None = None
    ) -> None:
        self.fault, self.address, self.detail = fault, without_keys(address), detail
        self.status, self.wait = status, wait
        cut = len(self.address) > LONGEST_ADDRESS_SHOWN
        shown = self.address[:LONGEST_ADDRESS_SHOWN].encode("utf-8", "replace").decode() + "…" * cut
        super().__init__(FAULTS[fault].format(address=shown, detail=detail))


def without_keys(address: str) -> str:
    """Scheme, host and path of an address; of a user, a query and a fragment only that they are there."""
    return re.sub(r"([?#]).*", r"\1…", re.sub(r"//[^/?#]*@", "//…@", address), count=1, flags=re.DOTALL)


class BadSource(PullquoteError):
    """A source that cannot be added, or is not there."""


class NoArticle(PullquoteError):
    """An article that is to be removed or taken back is not there."""


def sentence_of(error: BaseException) -> str:
    """What a person is told of any error; of one that nobody foresaw only its kind and place, since its text may hold
    anything."""
    if isinstance(error, PullquoteError):
        return str(error)
    if isinstance(error, OSError):
        name = error.filename or "no file named"
        return f"The system refuses it: {error.strerror or type(error).__name__} ({name})."
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
    return f"Something unexpected went wrong ({where}). An index that is damaged: `pullquote build --anew`."
