"""Gives every reader of files what it cannot want, and counts what comes of it.

    python benchmarks/hostile.py [--cases 100000] [--only .pdf ...] [--seed 0] [--keep FOLDER]
    python benchmarks/hostile.py --guided .md [--cases 100000]

A third of the cases are real samples with bytes changed, a third samples and the format's own tokens put together by
hypothesis, the rest either of them with a piece repeated up to a megabyte. A crash is an exception out of `read_file`,
`unzipped` or `Settings.load` that they do not document; a hang is a case that takes more than 5 s of the processor's
time or 60 s on the clock. Prints how many cases ended where, and what was caught of a parser's own faults; exits with 1
where there was a crash or a hang.
`--keep` writes the cases of all three into a folder. `--guided` has atheris (`pip install atheris`) look for inputs
that run new code of one format instead, until there were so many cases or one crashed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from inspect import isclass, isfunction
from pathlib import Path
from types import FrameType

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from samples import DOCX_PART, SAMPLES, TOKENS, WORD_DOCUMENT, with_part

from config.settings import Settings
from index.articles import Remark
from index.corpus import read_file
from index.documents import SANDBOX
from index.errors import BadSettings
from index.sandbox import SECONDS
from index.zips import BadZip, unzipped

LONGEST = 5.0  # seconds of the processor, which others use too
GIVEN_UP = 60.0  # seconds on the clock, after which a case is broken off
LARGEST = 1_000_000  # bytes of a case
MOST_MEGABYTES = 10.0
# The modules whose code guides atheris; a sandbox's child is out of its sight.
GUIDED_BY = ["index.articles", "index.formats", "index.passages", "index.corpus", "index.zips", "config.settings"]
GUIDED_BY += ["yaml.reader", "yaml.scanner", "yaml.parser", "yaml.constructor", "tomllib._parser", "zipfile"]
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
START, END = f'<w:document xmlns:w="{NAMESPACE}"><w:body>'.encode(), b"</w:body></w:document>"
BRANCHES = ["p", "p", "r", "tbl", "tr", "tc", "ins", "del", "sdt", "txbxContent", "pPr", "rPr", "hyperlink", "t"]
LEAVES = ["<w:t>A b. </w:t>", "<w:tab/>", "<w:br/>", "<w:vanish/>", "<!--x-->", "<?x?>", "&#65;"]
KINDS = [kind for kind in SAMPLES if kind != DOCX_PART]


class GivenUp(BaseException):
    """A case took longer than `GIVEN_UP`."""


@dataclass
class Outcome:
    """What came of the cases of one format."""

    cases: int = 0
    articles: int = 0
    crashes: list[str] = field(default_factory=list)
    hangs: int = 0
    slowest: float = 0.0
    caught: Counter[str] = field(default_factory=Counter)


def read_by(kind: str, folder: Path) -> Callable[[bytes], list[str]]:
    """Reads a case as Pullquote would; what it makes of it, a word for each article or the reasons of the remarks."""

    def as_file(data: bytes) -> list[str]:
        path = folder / f"case{kind}"
        path.write_bytes(data)
        return [
            item.reason if isinstance(item, Remark) else "article" for item in read_file(folder, path, MOST_MEGABYTES)
        ]

    def as_zip(data: bytes) -> list[str]:
        with suppress(BadZip):
            return [item.reason if isinstance(item, Remark) else "article" for item in unzipped(data, MOST_MEGABYTES)]
        return []

    def as_settings(data: bytes) -> list[str]:
        path = folder / "case.toml"
        path.write_bytes(data)
        with suppress(BadSettings):
            Settings.load(path)
            return ["article"]
        return []

    return {".zip": as_zip, ".toml": as_settings}.get(kind, as_file)


def changed(kind: str, number: int) -> bytes:
    """A sample with some of its bytes changed; the same for the same number."""
    chance = random.Random(number)
    data = bytearray(chance.choice(SAMPLES[kind]))
    tokens = [token.encode("latin-1", "replace") for token in TOKENS[kind]]
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + int(chance.expovariate(1 / 12)))
        piece = bytes(data[start:end])
        data[start:end] = chance.choice(
            [
                b"",
                piece[::-1],
                piece * chance.randint(2, 9),
                chance.randbytes(len(piece) or 1),
                bytes(byte ^ (1 << chance.randrange(8)) for byte in piece),
                chance.choice(tokens),
                bytes(chance.choice(SAMPLES[kind])[: chance.randint(0, 400)]),
            ]
        )
    return bytes(data) if chance.random() < 0.9 else bytes(data[: chance.randrange(len(data) + 1)])


def swollen(data: bytes, number: int) -> bytes:
    """The case with one piece of it repeated, up to `LARGEST`, more often a little than much."""
    chance = random.Random(number)
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.randint(1, 30))
    size = int(10 ** chance.uniform(2, 6))
    return data[:end] + data[start:end] * (min(size, LARGEST) // max(1, end - start)) + data[end:]


def cases_of(kind: str) -> SearchStrategy[bytes]:
    """What is `drawn`; of a DOCX mostly its text, since a changed byte of a ZIP is only a wrong checksum."""
    if kind == ".docx":
        whole = trees().map(lambda tree: START + tree + END)
        inside = st.one_of(whole, whole, drawn(DOCX_PART)).map(lambda part: with_part(WORD_DOCUMENT, part))
        return st.one_of(inside, inside, drawn(kind))
    return drawn(kind)


def trees() -> SearchStrategy[bytes]:
    """Elements of a document within each other, in places where they belong and where they do not."""
    leaf = st.sampled_from(LEAVES)

    def around(inner: SearchStrategy[str]) -> SearchStrategy[str]:
        parts = st.lists(inner, max_size=6).map("".join)
        return st.builds(lambda name, text: f"<w:{name}>{text}</w:{name}>", st.sampled_from(BRANCHES), parts)

    return st.recursive(leaf, around, max_leaves=40).map(str.encode)


def drawn(kind: str) -> SearchStrategy[bytes]:
    """Samples with bytes changed, tokens put together, and either with a piece repeated."""
    numbers = st.integers(0, 2**32)
    mutated = numbers.map(lambda number: changed(kind, number))
    token = st.sampled_from(TOKENS[kind])
    whole = [sample.decode("latin-1") for sample in SAMPLES[kind]]
    pieces = st.lists(st.one_of(token, token, token, st.sampled_from(whole), st.text(max_size=5)), max_size=30)
    encoding = "latin-1" if kind in (".pdf", ".docx", ".zip") else "utf-8"
    built = pieces.map(lambda texts: "".join(texts).encode(encoding, "replace"))
    return st.one_of(mutated, built, st.builds(swollen, st.one_of(mutated, built), numbers))


@contextmanager
def broken_off_after(seconds: float) -> Iterator[None]:
    def give_up(_: int, __: FrameType | None) -> None:
        raise GivenUp

    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def child_seconds() -> float:
    """What the sandbox's child has taken of the processor until now."""
    if SANDBOX.pid is None:
        return 0.0
    fields = Path(f"/proc/{SANDBOX.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tried(kind: str, count: int, number: int, keep: Path | None = None) -> Outcome:
    """Reads `count` cases of one format, drawn from the seed `number`."""
    outcome = Outcome()

    def keep_case(data: bytes, why: str) -> None:
        if keep:
            (keep / f"{why}-{outcome.cases}{kind}").write_bytes(data)

    def seconds_of(data: bytes) -> float:
        before, child = time.process_time(), child_seconds()
        try:
            with broken_off_after(GIVEN_UP):
                found = read(data)
        except GivenUp:
            return GIVEN_UP
        except Exception as error:  # which is what is looked for
            outcome.crashes.append(f"{type(error).__name__}: {error}")
            keep_case(data, "crash")
        else:
            outcome.articles += "article" in found
            faults = [reason for reason in found if reason.startswith(("its content broke", "damaged ("))]
            outcome.caught.update(faults)
            if faults:
                keep_case(data, "caught")
        of_child = child_seconds() - child
        return time.process_time() - before + (of_child if of_child >= 0 else SECONDS)  # else it was ended for that

    with tempfile.TemporaryDirectory() as folder:
        read = read_by(kind, Path(folder))
        read(SAMPLES[kind][0])  # what is imported first takes its time once

        @seed(number)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases_of(kind))
        def each(data: bytes) -> None:
            outcome.cases += 1
            taken = seconds_of(data)
            if taken > LONGEST:
                outcome.hangs += 1
                keep_case(data, "hang")
            outcome.slowest = max(outcome.slowest, taken)

        each()
    SANDBOX.close()
    return outcome


def guided(kind: str, count: int) -> None:
    """Lets atheris look for inputs of one format; ends the process as libFuzzer does."""
    import atheris  # a wheel that not every Python has

    for name in GUIDED_BY:
        module = import_module(name)
        for owner in (module, *(one for one in vars(module).values() if isclass(one) and one.__module__ == name)):
            for function in (one for one in vars(owner).values() if isfunction(one) and one.__module__ == name):
                atheris.instrument_func(function)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, sample in enumerate(SAMPLES[kind]):
            (corpus / str(number)).write_bytes(sample)
        words = Path(folder, "tokens")
        tokens = [token.encode() for token in TOKENS[kind]]
        words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in token) + '"\n' for token in tokens))
        options = [
            f"-runs={count}",
            f"-timeout={int(LONGEST)}",
            f"-dict={words}",
            "-max_len=4096",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], str(corpus), *options], read_by(kind, Path(folder)))
        atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--guided", choices=KINDS)
    asked = parser.parse_args()
    if asked.guided:
        guided(asked.guided, asked.cases)
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    outcomes = {}
    for kind in asked.only:
        outcome = outcomes[kind] = tried(kind, asked.cases // len(asked.only), asked.seed, asked.keep)
        print(  # noqa: T201  # its results
            f"{kind:6} {outcome.cases:7,} cases, {outcome.articles:6,} read, {len(outcome.crashes)} crashes, "
            f"{outcome.hangs} hangs, slowest {outcome.slowest:.2f} s, caught: {dict(outcome.caught) or 'nothing'}",
            flush=True,
        )
        for crash in sorted(set(outcome.crashes))[:10]:
            print(f"       {crash[:200]}")  # noqa: T201
    total = sum(outcome.cases for outcome in outcomes.values())
    crashes = sum(len(outcome.crashes) for outcome in outcomes.values())
    hangs = sum(outcome.hangs for outcome in outcomes.values())
    print(f"{total:,} cases, {crashes} crashes, {hangs} hangs")  # noqa: T201
    sys.exit(1 if crashes or hangs else 0)


if __name__ == "__main__":
    main()
