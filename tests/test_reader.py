"""The reader: what it is given, what is made of what it says, and that it is the one it should be."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from config.settings import ReaderSettings, Settings
from index import models
from index.answers import Answerer
from index.archive import Archive
from index.articles import Article
from index.engine import load_reader
from index.errors import NoModel
from index.models import Model, own_reader
from index.passages import Passage, passages_of, sentences_of
from index.reader import NO_TOKENS, PASSAGE, QUESTION, CrossEncoderReader, PairReader, Reader, sentence_odds

TEXT = "The bridge is long. It cost two million. Nobody paid."
ARTICLE = Article("a.txt", f"Bridge opened\n\n{TEXT}", "Bridge opened", body=15)


@pytest.fixture(scope="module")
def tokenizer(model: Model) -> Tokenizer:
    return Tokenizer.from_file(str(model.folder / "tokenizer.json"))


def passage(article: Article = ARTICLE) -> Passage:
    (only,) = passages_of(article, 120)
    return only


def numbers(inputs: list[NDArray[np.int64]]) -> NDArray[np.float32]:
    """A network whose log odds are the number of the token: the later, the more probable."""
    return np.broadcast_to(np.arange(inputs[0].shape[1], dtype=np.float32), inputs[0].shape)


def test_question_title_and_passage_are_read_as_one_text(tokenizer: Tokenizer) -> None:
    (pair,) = PairReader(tokenizer, numbers).pairs("How long is it?", [passage()])
    assert tokenizer.decode(pair.ids, skip_special_tokens=False) == (
        "[CLS] how long is it? [SEP] bridge opened [SEP] the bridge is long. it cost two million. nobody paid. [SEP]"
    )
    assert tokenizer.decode(pair.ids[pair.first : -1]).startswith("the bridge")
    start, end = pair.spans[1]
    assert TEXT[start:end] == "bridge"


def test_an_article_without_a_title_has_none_between(tokenizer: Tokenizer) -> None:
    (pair,) = PairReader(tokenizer, numbers).pairs("Why?", [passage(Article("a", "It rained.", ""))])
    assert tokenizer.decode(pair.ids, skip_special_tokens=False) == "[CLS] why? [SEP] it rained. [SEP]"


def test_a_sentence_s_odds_are_the_sum_of_its_tokens_odds() -> None:
    tokens = np.log(np.array([1.0, 2.0, 3.0, 4.0]))
    spans = np.array([[0, 3], [4, 6], [7, 9], [10, 11]])
    odds = sentence_odds(tokens, spans, [(0, 6), (7, 11), (12, 15)])
    assert odds[:2] == pytest.approx([math.log(3.0), math.log(7.0)])
    assert odds[2] == NO_TOKENS  # beyond what was read


def test_passages_come_back_in_their_order_whatever_their_length(tokenizer: Tokenizer) -> None:
    longer = passage(Article("b.txt", "Short. " * 40, "Title"))
    shorter = passage(Article("c.txt", "Short.", "Title"))
    odds = PairReader(tokenizer, numbers).read("Why?", [longer, shorter, passage()])
    assert [len(one) for one in odds] == [40, 1, 3]
    assert list(odds[2]) == sorted(odds[2])  # later sentences have later tokens
    assert PairReader(tokenizer, numbers).read("Why?", []) == []


def test_what_is_too_long_is_cut_and_has_no_odds_beyond(tokenizer: Tokenizer) -> None:
    article = Article("a.txt", " ".join(f"Word {number} is here." for number in range(100)), "Title " * 100)
    (pair,) = PairReader(tokenizer, numbers).pairs("why " * 1000, [Passage(article, tuple(sentences_of(article)))])
    assert len(pair.spans) == PASSAGE
    assert pair.second == QUESTION + 2
    assert len(pair.ids) <= 512


@pytest.fixture(scope="module")
def in_torch(settings: Settings) -> Reader:
    reader = load_reader(settings.reader, "sentence-transformers")
    assert reader
    return reader


def test_openvino_reads_as_torch_does(reader: Reader, in_torch: Reader, town: Archive) -> None:
    retrieved = town.retrieve("How long will the footbridge be?")
    fast, slow = (one.read("How long will the footbridge be?", retrieved.passages[:8]) for one in (reader, in_torch))
    best = [np.concatenate(odds) for odds in (fast, slow)]
    assert np.argmax(best[0]) == np.argmax(best[1])
    likely = best[1] > -5
    assert np.abs(best[0] - best[1])[likely].max() < 1.0


def test_the_reader_puts_the_sentence_first_that_says_it_in_other_words(town: Archive, settings: Settings) -> None:
    answer = Answerer(town, settings.answers).answer("Who is going to be in charge of the team after Deasy?")
    assert "Nadia Fournier" in answer.quotes[0].text
    assert answer.answered


def test_without_a_reader_there_are_answers_as_well(
    town_index: Path, model: Model, embedder: object, settings: Settings
) -> None:
    assert load_reader(ReaderSettings(name="none", folder=""), "auto") is None
    archive = Archive.open(town_index, model, embedder)  # type: ignore[arg-type]  # the fixture's own
    answer = Answerer(archive, settings.answers).answer("Who will be the first woman to lead the Rovers?")
    archive.close()
    assert "Nadia Fournier" in answer.quotes[0].text


def test_weights_that_are_damaged_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "reader.safetensors"
    shutil.copy(own_reader(), damaged)
    with damaged.open("r+b") as file:
        file.seek(1000)
        file.write(b"\x55")
    monkeypatch.setattr(models, "READER", damaged)
    with pytest.raises(NoModel, match="missing or damaged; reinstall Pullquote"):
        own_reader()
    monkeypatch.setattr(models, "READER", tmp_path / "none")
    with pytest.raises(NoModel, match="missing or damaged; reinstall Pullquote"):
        own_reader()


def test_any_cross_encoder_may_read_instead(tmp_path: Path, model: Model) -> None:
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(model.folder), num_labels=1).save_pretrained(str(tmp_path / "one"))
    CrossEncoder(str(model.folder), num_labels=3).save_pretrained(str(tmp_path / "three"))
    reader = load_reader(ReaderSettings(name="pullquote", folder=str(tmp_path / "one")), "auto")
    assert isinstance(reader, CrossEncoderReader)
    assert [len(odds) for odds in reader.read("How long is it?", [passage(), passage()])] == [3, 3]
    assert reader.read("How long is it?", []) == []
    with pytest.raises(NoModel, match="gives several scores for a pair"):
        load_reader(ReaderSettings(name="pullquote", folder=str(tmp_path / "three")), "auto")
    shutil.copytree(tmp_path / "one", tmp_path / "damaged")
    (tmp_path / "damaged" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(NoModel, match="cannot be loaded as a CrossEncoder"):
        load_reader(ReaderSettings(name="pullquote", folder=str(tmp_path / "damaged")), "auto")
    with pytest.raises(NoModel, match="is no CrossEncoder"):
        load_reader(ReaderSettings(name="pullquote", folder=str(model.folder)), "auto")
    with pytest.raises(NoModel, match=r"There is no folder .*; check reader\.folder"):
        load_reader(ReaderSettings(name="pullquote", folder=str(tmp_path / "nowhere")), "auto")
