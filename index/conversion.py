"""The embedding model, or the reader -> OpenVINO, once, into a cache: torch converts, and is not needed to serve.

    python -m index.conversion MODEL TARGET int8|float [READER]

is what `converted` runs, in a process of its own, whose memory and imports are gone with it. With the weights of a
reader, it is the reader that is converted, of which MODEL is the base.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from platformdirs import user_cache_path
from tokenizers import Tokenizer

from config.settings import SAMPLE_ARCHIVE
from index.checksums import sha256
from index.corpus import read_corpus
from index.disk import sync_file
from index.environment import environment
from index.models import BUNDLED_CHECKSUM, Model, weights_checksum
from index.passages import Passage, passages_of
from index.reader import PairReader, inputs_of

GRAPH = "model.xml"
TOKENIZER = "tokenizer.json"
WORDS = "words.npy"  # (vocabulary, dimensions) float16: the vector that each token begins as
READING = "reading.json"  # the tokens that the model reads of a text, the precision, the other files' SHA-256
DESCRIPTIONS = {".json", ".txt", ".model"}  # of how a model reads: tokenizer, pooling, limits
CPUINFO = Path("/proc/cpuinfo")
SAMPLE_WORDS = 120  # a passage of the sample archive that int8 is fitted to
LONGEST = 8192  # tokens; more than any of these models reads, for one that names no limit
INSTRUCTIONS = {"avx512_vnni", "avx_vnni"}  # with which a processor multiplies bytes faster than halves
TILES = "amx_tile"  # where a processor has them, OpenVINO may crash on int8 with inputs of any length (its issue 37577)
# Models whose answers were measured with products of bytes (docs/quality.md), and which products of theirs stay as they
# are: that behind an activation whose few large values would leave too little for the others.
ROUNDED = {BUNDLED_CHECKSUM: [r".*layer\.0\.output\.dense.*"]}
ATTENTION = [r".*scaled_dot_product.*", r".*attention\.self/.*"]  # is computed in halves in any case
SMOOTHING = 0.8  # how much of the spread of inputs is moved into the weights (Xiao et al. 2023, alpha)
RECIPE = 3  # raised when what is made here changes, so that what older programs made is not used


class CannotConvert(Exception):
    """Why a model cannot be run by OpenVINO; its text is a line for the log."""


def cache_of(model: Model, reader: Path | None = None) -> Path:
    """Where the converted model is kept: another place for other weights, another tokenizer, pooling or limit, another
    precision, and other versions of the programs that convert."""
    digest = hashlib.sha256(model.checksum.encode())
    if reader:
        digest.update(sha256(reader).encode())
    for file in sorted(path for path in model.folder.rglob("*") if path.suffix in DESCRIPTIONS and path.is_file()):
        digest.update(file.read_bytes())
    made_by = f"openvino-{version('openvino')}"
    if precision_of(model) == "int8":
        made_by += f"-int8-{version('nncf')}"
    return user_cache_path("pullquote") / f"{digest.hexdigest()[:16]}-{made_by}-{RECIPE}"


def converted(model: Model, reader: Path | None = None) -> Path:
    """The folder of the converted model, or of the reader with these weights and the model as its base; made now where
    it is not there yet or damaged. Raises `CannotConvert`."""
    target = cache_of(model, reader)
    if is_whole(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / "lock"):
            if not is_whole(target):  # else another process made it while this one waited
                for left_over in [*target.parent.glob("unfinished-*"), target]:
                    shutil.rmtree(left_over, ignore_errors=True)
                convert_beside(model, reader, target)
    except OSError as error:
        raise CannotConvert(f"{target.parent}: {error.strerror}") from error
    return target


def is_whole(folder: Path) -> bool:
    """Whether everything that `convert` wrote is there, to the last byte."""
    try:
        checksums = json.loads((folder / READING).read_text(encoding="utf-8"))["checksums"]
        return bool(checksums == checksums_of(folder))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def checksums_of(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but `READING`, by name."""
    files = sorted(path for path in folder.iterdir() if path.name != READING)
    return {path.name: sha256(path) for path in files}


def precision_of(model: Model) -> str:
    """What the model is converted to for this processor: `int8`; or `float`, run in bfloat16 or float32."""
    flags = CPUINFO.read_text(encoding="utf-8").split() if CPUINFO.is_file() else []
    is_faster = not INSTRUCTIONS.isdisjoint(flags) and TILES not in flags
    return "int8" if model.checksum in ROUNDED and is_faster else "float"


def convert_beside(model: Model, reader: Path | None, target: Path) -> None:
    """Converts into a folder beside `target`, which it becomes once everything in it is on the disk."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="unfinished-") as unfinished:
        made = Path(unfinished) / "model"
        run_conversion(model.folder, made, precision_of(model), reader)
        for path in [*made.iterdir(), made]:
            sync_file(path)
        made.rename(target)


def run_conversion(source: Path, target: Path, precision: str, reader: Path | None = None) -> None:
    command = [sys.executable, "-P", "-m", "index.conversion", str(source), str(target), precision]
    command += [str(reader)] if reader else []
    with subprocess.Popen(
        command,
        env=environment(),
        stdin=subprocess.PIPE,  # closes with this process, and ends the child
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stderr
        said = child.stderr.read()
    if child.returncode:
        raise CannotConvert((said.strip().splitlines() or ["no reason given"])[-1])


def convert(source: Path, target: Path, precision: str, reader: Path | None = None) -> None:
    """Writes graph, tokenizer and limits of the sentence-transformers model in `source`, or of the reader that has it
    as its base, into `target`."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # its converter would report to its makers
    import openvino
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(source), device="cpu", local_files_only=True).eval()
    if not getattr(model.tokenizer, "is_fast", False):
        raise CannotConvert("the model has no fast tokenizer")
    target.mkdir(parents=True)
    tokenizer: Any = model.tokenizer
    tokenizer.backend_tokenizer.save(str(target / TOKENIZER))
    if reader:
        graph, samples = reader_graph(source, reader), reader_samples(target / TOKENIZER)
    else:
        graph, samples = embedder_graph(model), embedder_samples(model)
    words = words_taken_out(graph, len(tokenizer))
    if words is not None:
        np.save(target / WORDS, words)
        samples = [[*inputs, words[inputs[0]].astype(np.float32)] for inputs in samples]
    if precision == "int8":
        graph = rounded(graph, samples, ROUNDED[weights_checksum(source)])
    openvino.save_model(graph, target / GRAPH, compress_to_fp16=True)
    reading = {"longest": longest_of(model), "precision": precision, "checksums": checksums_of(target)}
    (target / READING).write_text(json.dumps(reading), encoding="utf-8")


def embedder_graph(model: Any) -> Any:
    """Takes token numbers and mask, `(texts, tokens)` int64 each, and gives the tokens' vectors, `(texts, tokens,
    dimensions)`, and the texts', `(texts, dimensions)`, as the model itself pools and normalizes them."""
    import openvino
    import torch

    class Both(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            read = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return read["token_embeddings"], read["sentence_embedding"]

    example = torch.ones(2, 16, dtype=torch.int64)
    return openvino.convert_model(Both(), example_input=(example, example))


def embedder_samples(model: Any) -> list[list[Any]]:
    """What the embedder is given when it reads the sample archive."""
    read = partial(model.tokenizer, truncation=True, max_length=longest_of(model), return_tensors="np")
    taken = [read([passage.text]) for passage in sample_passages()]
    return [[one["input_ids"], one["attention_mask"]] for one in taken]


def reader_graph(base: Path, weights: Path) -> Any:
    """Takes token numbers, mask and kinds, `(pairs, tokens)` int64 each, and gives the tokens' log odds."""
    import openvino
    import torch

    from index.network import Network

    example = torch.ones(2, 16, dtype=torch.int64)
    return openvino.convert_model(Network(base).read(weights).eval(), example_input=(example, example, example))


def reader_samples(tokenizer: Path) -> list[list[Any]]:
    """What the reader is given for the sample archive's passages, each with its title as the question."""
    pairs = PairReader(Tokenizer.from_file(str(tokenizer)), lambda inputs: np.zeros(inputs[0].shape, np.float32))
    return [list(inputs_of(pairs.pairs(passage.article.title, [passage]))) for passage in sample_passages()]


def words_taken_out(graph: Any, tokens: int) -> NDArray[np.float16] | None:
    """The vectors that tokens begin as, which the graph then takes as its last input, `(texts, tokens, dimensions)`
    float32, instead of holding them: nearly half of a small model, of which a text needs a few hundred rows. None, and
    the graph as it is, where they are not looked up in one table by the token numbers alone."""
    import openvino
    from openvino import opset13

    looked_up = [node for node in graph.get_ops() if node.get_type_name() == "Gather" and is_of_words(node, tokens)]
    if len(looked_up) != 1:
        return None
    table = constant_of(looked_up[0].input_value(0)).data
    begun = opset13.parameter([-1, -1, table.shape[1]], openvino.Type.f32, "words")
    for used in looked_up[0].output(0).get_target_inputs():
        used.replace_source_output(begun.output(0))
    graph.add_parameters([begun])
    graph.validate_nodes_and_infer_types()
    return np.asarray(table, np.float16)


def is_of_words(node: Any, tokens: int) -> bool:
    """Whether a Gather looks up the model's first input in a table with a row for each token."""
    table, asked = constant_of(node.input_value(0)), node.input_value(1).get_node()
    while asked.get_type_name() == "Convert":
        asked = asked.input_value(0).get_node()
    is_table = table is not None and len(table.data.shape) == 2 and table.data.shape[0] >= tokens
    return is_table and asked.get_type_name() == "Parameter"


def constant_of(value: Any) -> Any:
    """The constant that a value is, converted or not; None where it is computed."""
    node = value.get_node()
    if node.get_type_name() == "Convert":
        node = node.input_value(0).get_node()
    return node if node.get_type_name() == "Constant" else None


def rounded(graph: Any, samples: list[list[Any]], exempt: list[str]) -> Any:
    """The graph with weights, and what is multiplied with them, rounded to int8; how large that gets is learned from
    what it makes of `samples`."""
    import nncf

    smoothing = nncf.AdvancedSmoothQuantParameters(matmul=SMOOTHING)
    return nncf.quantize(
        graph,
        nncf.Dataset(samples),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(samples),
        ignored_scope=nncf.IgnoredScope(patterns=ATTENTION + exempt),
        advanced_parameters=nncf.AdvancedQuantizationParameters(smooth_quant_alphas=smoothing),
    )


def sample_passages() -> list[Passage]:
    articles = read_corpus(SAMPLE_ARCHIVE, max_file_megabytes=1).articles
    return [passage for article in articles for passage in passages_of(article, SAMPLE_WORDS)]


def longest_of(model: Any) -> int:
    """The tokens that the model reads of a text, marks included."""
    return min(LONGEST, int(model.max_seq_length or model.tokenizer.model_max_length))


def end_with_parent() -> None:
    """Ends this process once the one that started it is gone, however that ended: its end of the pipe closes."""

    def wait() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    end_with_parent()
    convert(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], *map(Path, sys.argv[4:]))
