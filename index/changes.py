"""Two archives compared: what a build adds, changes and removes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index.articles import Remark
from index.corpus import Corpus
from index.store import Store

NAMED = 20  # articles of each kind that a plan names; the others it counts


@dataclass(frozen=True, slots=True)
class Changes:
    """How many articles a build found added, changed, removed and unchanged."""

    added: int
    changed: int
    removed: int
    unchanged: int

    @property
    def is_none(self) -> bool:
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build would do: how many articles it would add, change and remove, and the ids of the first of each."""

    changes: Changes
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    articles: int  # in the generation that it starts from
    lost: int  # of the removed articles those that nobody took out, and that did not only move
    skipped: int  # files and lines that were not read
    remarks: tuple[Remark, ...] = ()  # each of them, and what was read otherwise than it stands, with the reason

    @classmethod
    def of(cls, corpus: Corpus, store: Store | None) -> Plan:
        """Compares what the folder holds now with the last generation, None where there is none."""
        before = store.checksums() if store else {}
        after = {article.id: article.checksum for article in corpus.articles}
        both = before.keys() & after.keys()
        added, removed = sorted(after.keys() - both), sorted(before.keys() - both)
        changed = sorted(article for article in both if before[article] != after[article])
        changes = Changes(len(added), len(changed), len(removed), len(both) - len(changed))
        lost = 0
        if store and removed:
            texts, numbers = {article.text for article in corpus.articles}, store.numbers()
            gone = [one for one in removed if not corpus.is_removed(one)]
            lost = sum(store.article(numbers[one, before[one]]).text not in texts for one in gone)
        skipped = sum(not remark.kept for remark in corpus.remarks)
        first = [tuple(names[:NAMED]) for names in (added, changed, removed)]
        return cls(changes, first[0], first[1], first[2], len(before), lost, skipped, corpus.remarks)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Plan:
        names = {kind: tuple(fields[kind]) for kind in ("added", "changed", "removed")}
        remarks = tuple(Remark(**remark) for remark in fields["remarks"])
        return cls(**fields | names | {"changes": Changes(**fields["changes"]), "remarks": remarks})

    def is_shrinking(self, most: float) -> bool:
        """Whether more than the share `most` (0 to 1) of the articles would be lost."""
        return self.lost > most * self.articles
