"""Learns the reader (`index/learned/reader.safetensors`) from questions and the passages that search finds for them.

    python benchmarks/train_reader.py DATA --work FOLDER [--steps N] [--after WEIGHTS] [--write]

DATA holds `reading/`, `newwiki/` and `xquad/`; what else it learns from is in `benchmarks/lessons/`. Held out, so that
they can measure, are one article in five of newwiki and xquad (`lessons.is_held_out`), and all of bbc, `tests/town`,
`tests/news` and `selection/`. FOLDER keeps the index in which wrong passages are searched for. The seed is fixed; 3,600
steps take 75 minutes on two cores with bfloat16. `--write` puts the weights and their card in place.

Each step is 16 questions, each with a passage that answers it, if any, and up to two that search finds and that do not.
Of all their tokens together, and of "none", those of the answer are to be the most probable (Clark & Gardner 2018,
shared-norm), half by token, half by sentence. Half of the questions are disturbed: words give way to near ones, are
left out, or misspelt. The weights are an exponential moving average (Polyak & Juditsky 1992).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import faiss
import numpy as np
import torch
from lessons import HELD_OUT, OWN, Lesson, Material, lessons_of, nearest_articles, open_archive
from rich.console import Console
from tokenizers import Tokenizer

from config.settings import Settings
from index.checksums import sha256
from index.embeddings import Embedder
from index.engine import load_embedder
from index.models import BUNDLED_NAME, READER, READER_CARD, find_model
from index.network import Network
from index.passages import Passage, Span
from index.reader import Pair, PairReader, inputs_of

SEED = 1
LESSONS = 16  # questions in a step
PARTS = 3  # forward passes of a step, each of pairs of about one length
RATE, RATE_AFTER, WARM_UP = (
    1.2e-4,
    9e-5,
    200,
)  # learning rate, that of going on from weights, and steps until it is reached; then it falls evenly to nearly nothing
DECAY = 0.998  # of the moving average, a step
WITHOUT_ANSWER = 0.08  # share of questions whose right passage is left out, so that "none" is right
HARDEST = 6  # first wrong passages, of which two are taken
TWICE = {"news", "rephrased"}  # lessons in other words than the text's count twice: this is how members ask
VAGUE = 0.5  # share of questions that could be about many texts that an epoch takes
DISTURBED, REPLACED, LEFT_OUT, MISSPELT = 0.5, 0.22, 0.08, 0.03  # shares of questions, and of their words
NEAR, NEIGHBOURS, USED = 0.62, 8, 3  # cosine, number and least use of words that stand for another
WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|\d[\d.,]*|\S")
KEPT = frozenset(
    """
    who what when where why how which many much long whose whom not no did is was are were does do the a an of in to
    for and or on at by with from far old often
    """.split()  # noqa: SIM905  # forty quoted words would be harder to read and to change
)

console = Console()
dice = random.Random(SEED)


def material_of(data: Path, work: Path, settings: Settings) -> Material:
    material = Material()
    for name in ("squadshifts-amazon", "squadshifts-reddit"):
        material.add_paragraphs(data / "reading" / f"{name}.jsonl")
    material.add_selection(data / "reading" / "selqa-dev.jsonl")
    for name in ("newwiki", "xquad"):
        material.add_set(data / name, nearest_articles(data / name, work / name, settings))
        material.add_questions(OWN / name, "rephrased")
    material.add_set(OWN / "news")
    return material


def near_words(texts: Sequence[str], embedder: Embedder) -> dict[str, list[str]]:
    """For each word the words that the embedding model finds nearest to it by themselves."""
    uses = Counter(word for text in texts for word in set(re.findall(r"\b[a-z]{3,}\b", text)))
    words = sorted(word for word, used in uses.items() if used >= USED)
    vectors = np.stack([encoding.vector for encoding in embedder.encode(words)])
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    cosines, places = index.search(vectors, NEIGHBOURS + 1)
    near = zip(words, cosines, places, strict=True)
    return {
        word: [words[p] for c, p in zip(cs, ps, strict=True) if c >= NEAR and words[p] != word] for word, cs, ps in near
    }


def disturbed(question: str, near: dict[str, list[str]]) -> str:
    """Half of the questions as they are, the others in other words."""
    if dice.random() > DISTURBED:
        return question
    words = [disturbed_word(word, near) for word in WORD.findall(question)]
    return " ".join(filter(None, words)) or question


def disturbed_word(word: str, near: dict[str, list[str]]) -> str:
    chance = dice.random()
    if word.lower() in KEPT or not word.isalpha():
        return word
    if chance < REPLACED:
        return dice.choice(near.get(word.lower()) or [word])
    if chance < REPLACED + LEFT_OUT:
        return ""
    if chance < REPLACED + LEFT_OUT + MISSPELT and len(word) > 4:
        at = dice.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word


@dataclass(frozen=True, slots=True)
class Task:
    """A pair that is read in a step: whose question it is, and which of its passage's tokens are in a sentence, in one
    that answers, and in the answer itself, `(tokens,)` bool each."""

    lesson: int
    pair: Pair
    inside: torch.Tensor
    sentence: torch.Tensor
    answer: torch.Tensor


class Teacher:
    """Draws lessons, puts their pairs together and tells how far a network is from right."""

    def __init__(self, passages: Sequence[Passage], reader: PairReader, near: dict[str, list[str]]) -> None:
        self.passages = passages
        self.reader = reader
        self.near = near

    def chosen(self, lesson: Lesson) -> list[int]:
        """The passages that a lesson is learned with this time."""
        hard = list(lesson.wrong[: HARDEST if dice.random() < 0.8 else None])
        if not lesson.right:
            return dice.sample(hard, min(len(hard), dice.choice((1, 2, 2, 3))))
        right = [dice.choice(list(lesson.right))]
        if lesson.is_telling:
            left_out = dice.random() < WITHOUT_ANSWER and hard
            return ([] if left_out else right) + dice.sample(hard, min(2, len(hard)))
        other = dice.randrange(len(self.passages))
        return right + ([other] if other not in lesson.right and dice.random() < 0.5 else [])

    def tasks(self, lessons: Sequence[Lesson]) -> list[Task]:
        tasks = []
        for number, lesson in enumerate(lessons):
            asked = self.reader.asked(disturbed(lesson.asked.text, self.near))
            for chosen in self.chosen(lesson):
                passage = self.passages[chosen]
                if dice.random() < 0.08:  # and so learns to do without a title, or a lead
                    passage = replace(passage, article=replace(passage.article, title=""))
                if dice.random() < 0.08:
                    passage = replace(passage, article=replace(passage.article, body=passage.start))
                tasks.append(task(number, self.reader.pair(asked, passage), passage, lesson.right.get(chosen, ())))
        return tasks

    def loss(self, network: Network, lessons: Sequence[Lesson]) -> tuple[torch.Tensor, int]:
        """The mean loss of `lessons`, and how many pairs were read for it."""
        tasks = self.tasks(lessons)
        odds = read(network, [task.pair for task in tasks])
        total = torch.zeros(())
        for number, lesson in enumerate(lessons):
            own = [place for place, task in enumerate(tasks) if task.lesson == number]
            total = total + loss_of([tasks[place] for place in own], [odds[place] for place in own], lesson)
        return total / len(lessons), len(tasks)


def task(lesson: int, pair: Pair, passage: Passage, answers: Sequence[Span]) -> Task:
    inside, sentence, answer = torch.zeros(3, len(pair.spans), dtype=torch.bool)
    for begin, end in passage.sentences:
        own = within(pair, begin - passage.start, end - passage.start)
        inside |= own
        if any(begin - passage.start <= first and last <= end - passage.start for first, last in answers):
            sentence |= own
    for first, last in answers:
        answer |= torch.from_numpy((pair.spans[:, 0] < last) & (pair.spans[:, 1] > first))
    return Task(lesson, pair, inside, sentence, answer & sentence)


def within(pair: Pair, begin: int, end: int) -> torch.Tensor:
    return torch.from_numpy((pair.spans[:, 0] >= begin) & (pair.spans[:, 1] <= end))


def read(network: Network, pairs: Sequence[Pair]) -> list[torch.Tensor]:
    """The log odds of each pair's passage tokens."""
    order = sorted(range(len(pairs)), key=lambda number: len(pairs[number].ids))
    odds: dict[int, torch.Tensor] = {}
    for part in np.array_split(np.array(order), PARTS):
        some = [int(number) for number in part]
        if not some:
            continue
        with torch.autocast("cpu", torch.bfloat16):
            vectors = network.vectors(*map(torch.from_numpy, inputs_of([pairs[number] for number in some])))
        tokens = network.odds(vectors)  # in full precision
        for row, number in enumerate(some):
            first = pairs[number].first
            odds[number] = tokens[row, first : first + len(pairs[number].spans)]
    return [odds[number] for number in range(len(pairs))]


def loss_of(tasks: Sequence[Task], odds: Sequence[torch.Tensor], lesson: Lesson) -> torch.Tensor:
    """Minus the logarithm of the share that the right sentences, and the right tokens, have of all and of "none"."""
    none = torch.zeros(1)
    scores = torch.cat(
        [none, *(torch.where(t.inside, o, torch.tensor(-1e4)) for t, o in zip(tasks, odds, strict=True))]
    )
    sentence, answer = (
        torch.cat([none.bool(), *masks]) for masks in ([t.sentence for t in tasks], [t.answer for t in tasks])
    )
    everything = torch.logsumexp(scores, 0)
    if not sentence.any():
        return everything  # minus the log odds of "none", which are 0
    by_sentence = everything - torch.logsumexp(scores[sentence], 0)
    if lesson.asked.sentences or not answer.any():
        return by_sentence
    return (by_sentence + everything - torch.logsumexp(scores[answer], 0)) / 2


def epochs(lessons: Sequence[Lesson]) -> Iterator[Lesson]:
    """Lessons without end, in a new order each time."""
    while True:
        epoch = [one for one in lessons if one.is_telling or dice.random() < VAGUE]
        epoch += [one for one in lessons if one.asked.source in TWICE]
        dice.shuffle(epoch)
        yield from epoch


def train(network: Network, teacher: Teacher, lessons: Sequence[Lesson], steps: int, rate: float) -> None:
    """Leaves the moving average of the weights in `network`."""
    network.transformer.embeddings.word_embeddings.weight.requires_grad = False
    learning = [one for one in network.parameters() if one.requires_grad]
    groups = [
        {"params": [one for one in learning if one.ndim > 1], "weight_decay": 0.01},
        {"params": [one for one in learning if one.ndim == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
    mean = [one.detach().clone() for one in learning]
    drawn = epochs(lessons)
    started, pairs = time.monotonic(), 0
    losses: list[float] = []
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
        loss, read_pairs = teacher.loss(network, [next(drawn) for _ in range(LESSONS)])
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own carries no types
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        decay = min(DECAY, (step + 1) / (step + 10))
        with torch.no_grad():
            for kept, now in zip(mean, learning, strict=True):
                kept.mul_(decay).add_(now, alpha=1 - decay)
        pairs, losses = pairs + read_pairs, [*losses, float(loss.detach())]
        if not (step + 1) % 100:
            seconds = time.monotonic() - started
            left = seconds / (step + 1) * (steps - step - 1) / 60
            pace = f"{pairs / seconds:.0f} pairs a second, {left:.0f} minutes left"
            console.print(f"step {step + 1} of {steps}: loss {np.mean(losses[-100:]):.3f}, {pace}")
    with torch.no_grad():
        for kept, now in zip(mean, learning, strict=True):
            now.copy_(kept)


def card(weights: Path, lessons: Sequence[Lesson], steps: int, after: str | None) -> dict[str, object]:
    return {
        "sha256": sha256(weights),
        "trained": f"{datetime.now(UTC):%Y-%m-%d} by benchmarks/train_reader.py",
        "seed": SEED,
        "steps": steps,
        "after": after,
        "questions_in_a_step": LESSONS,
        "base": BUNDLED_NAME,
        "questions": dict(sorted(Counter(one.asked.source for one in lessons).items())),
        "held_out": f"bbc, tests/town, tests/news, selection, and of newwiki and xquad one article in {HELD_OUT}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--after", type=Path, metavar="FILE", help="go on from these weights instead of the base's")
    parser.add_argument("--write", action="store_true", help="put the weights and their card into index/learned")
    given = parser.parse_args()
    torch.manual_seed(SEED)
    settings = Settings.load()
    given.work.mkdir(parents=True, exist_ok=True)
    material = material_of(given.data, given.work, settings)
    with closing(open_archive(material, given.work / "all", settings)) as archive:
        passages, lessons = lessons_of(material, archive)
    console.print(f"{len(lessons):,} questions about {len(material.articles):,} texts")
    texts = [passage.text for passage in passages] + [lesson.asked.text for lesson in lessons]
    base = find_model(BUNDLED_NAME)
    near = near_words(texts, load_embedder(base, settings.model, for_many=True))
    tokenizer = Tokenizer.from_file(str(base.folder / "tokenizer.json"))
    network = Network(base.folder, "eager").train()  # is faster here than "sdpa"
    after = sha256(given.after) if given.after else None  # before `--write` may put others in its place
    if given.after:
        network.read(given.after)
    rate = RATE_AFTER if given.after else RATE
    train(network, Teacher(passages, PairReader(tokenizer, network.run), near), lessons, given.steps, rate)
    file = READER if given.write else given.work / READER.name
    network.save(file)
    (READER_CARD if given.write else given.work / READER_CARD.name).write_text(
        json.dumps(card(file, lessons, given.steps, after), indent=2) + "\n"
    )


if __name__ == "__main__":
    main()
