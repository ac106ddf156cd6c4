"""All that an archive is made of, read as one corpus: the main folder or another archive, further folders, and what the
bot keeps itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from index import generations
from index.added import FOLDER, PREFIX
from index.articles import Article, Reason, Remark
from index.bin import Bin
from index.corpus import Corpus, Counted, read_corpus
from index.errors import BadArchive, NoIndex
from index.layout import SOURCES
from index.sources import Kind, Sources

MAIN = ""  # the prefix of the main folder's articles, whose ids are paths in it
OWN_PREFIXES = ("@folder/", "@feed/", "@page/", PREFIX)
OTHER = "@shared/"  # what the ids of another archive's own articles begin with in one that is made of it


def home_of(index: Path) -> Path:
    return index / SOURCES


def has_own(home: Path) -> bool:
    """Whether there is anything besides a main folder."""
    return bool(Sources(home).all()) or (home / FOLDER).is_dir()


def read_sources(
    main: Path,
    max_file_megabytes: float,
    progress: Counted = lambda *_: None,
    *,
    index: Path,
    needs_main: bool = True,
) -> Corpus:
    """Reads the main folder and all sources of `index` but the removed articles; where `main` is the home of the
    sources itself there is no main folder, and where it is the folder of another index, its articles are read.

    A folder that is gone or empty, as one of a disk that is not mounted, and a paused one keep the articles of the last
    build, with a remark. Raises `BadArchive` where there is nothing to read, where `needs_main` and the main folder
    cannot be read or is a source already, and `BadSource` where the list of sources is damaged.
    """
    home = home_of(index)
    sources = Sources(home).all()
    for one, how in Sources(home).overlapping(main) if needs_main else ():
        raise BadArchive(
            f"The folder {main} {how} {one.place}, which is the source {one.name} already; build without naming it, or "
            f"remove the source first: `pullquote sources remove {one.name}`."
        )
    for folder in (main, *(Path(one.place) for one in sources if one.kind is Kind.FOLDER)):
        check_apart(folder, index)
    collected = Collected(index, max_file_megabytes, progress)
    if is_index(main):
        collected.take(main)
    elif main.resolve() != home.resolve():
        if needs_main or not has_own(home):
            collected.add(MAIN, read_corpus(main, max_file_megabytes, collected.progress))
        else:
            collected.read(MAIN, main)
    if any((home / FOLDER).rglob("*.*")):
        collected.read(PREFIX, home / FOLDER)
    for source in sources:
        if source.kind is not Kind.FOLDER:
            collected.read(source.prefix, home / source.kind / source.name)
        elif source.paused:
            collected.keep(source.prefix, "the source is paused")
        else:
            collected.read(source.prefix, Path(source.place))
    gone = Sources(home).removed()
    return collected.corpus(Bin(home).ids(), {one.prefix for one in gone})


def check_apart(folder: Path, index: Path) -> None:
    """Raises `BadArchive` where the index lies in the folder of articles, and would be read as articles, with those of
    servers' own archives; what is hidden is not read."""
    if is_index(folder) and folder.resolve() != index.resolve():
        return
    if folder.resolve() == home_of(index).resolve() or not index.resolve().is_relative_to(folder.resolve()):
        return
    if not any(part.startswith(".") for part in index.resolve().relative_to(folder.resolve()).parts):
        raise BadArchive(f"The index {index} lies in the folder of articles {folder}; keep it elsewhere (--index).")


def is_index(folder: Path) -> bool:
    """Whether a folder is that of an index, of which only its generations are read."""
    return bool(generations.kept(folder))


class Collected:
    """Articles by id and remarks, as they are read from one place after the other."""

    def __init__(self, index: Path, max_file_megabytes: float, told: Counted) -> None:
        self.index, self.max_file_megabytes, self.told = index, max_file_megabytes, told
        self.articles: dict[str, Article] = {}
        self.remarks: list[Remark] = []
        self.left_out: set[str] = set()  # of the last build's articles those that another archive has no more
        self.before = self.done = 0  # files read: up to the place at hand, and with it

    def progress(self, done: int, total: int) -> None:
        self.done = self.before + done
        self.told(self.done, self.before + total)

    def add(self, prefix: str, corpus: Corpus) -> None:
        self.before = self.done
        for article in corpus.articles:
            if prefix + article.id in self.articles:
                self.remarks.append(Remark(prefix + article.id, "another article has this id", kind=Reason.DOUBLE))
            else:
                self.articles[prefix + article.id] = replace(article, id=prefix + article.id)
        self.remarks += [replace(remark, path=prefix + remark.path) for remark in corpus.remarks]

    def read(self, prefix: str, place: Path) -> None:
        """Reads one place; where that fails, or nothing is in it any more, the articles of the last build stay."""
        try:
            self.add(prefix, read_corpus(place, self.max_file_megabytes, self.progress))
        except BadArchive as error:
            self.keep(prefix, str(error))

    def take(self, index: Path) -> None:
        """Takes all that another archive holds now. What it no longer holds is not lost here: it was given up there."""
        try:
            taken = [replace(article, id=id_elsewhere(article.id)) for article in articles_of(index)]
        except NoIndex as error:
            self.keep(MAIN, str(error))
            return
        self.add(MAIN, Corpus(tuple(taken), ()))
        self.progress(len(taken), len(taken))
        with suppress(NoIndex), generations.open_current(self.index) as last:
            self.left_out = {one for one, _ in last.store.ids() if is_of(one, MAIN)} - self.articles.keys()

    def keep(self, prefix: str, reason: str) -> None:
        """Takes a place's articles from the last build."""
        last = {article.id: article for article in last_articles(self.index, prefix)}
        self.articles = last | self.articles
        kept = f"its articles of the last build stay ({len(last):,})" if last else "no build had articles of it"
        place = prefix.rstrip("/") or "the main folder"
        self.remarks.append(Remark(place, f"{kept}: {reason}", kept=bool(last), kind=Reason.PLACE))

    def corpus(self, removed: Collection[str], prefixes: Collection[str]) -> Corpus:
        """Raises `BadArchive` where nothing is left."""
        articles = tuple(article for name, article in sorted(self.articles.items()) if name not in removed)
        if not articles:
            reasons = "; ".join(f"{remark.path}: {remark.reason}" for remark in self.remarks[:3])
            raise BadArchive(f"There is no article to build from ({reasons or 'all were removed'}).")
        return Corpus(articles, tuple(self.remarks), frozenset([*removed, *prefixes, *self.left_out]))


def last_articles(index: Path, prefix: str) -> list[Article]:
    """The articles of the current generation whose ids begin with `prefix`; for `MAIN` those of no other place."""
    try:
        return articles_of(index, lambda article: is_of(article, prefix))
    except NoIndex:
        return []


def articles_of(index: Path, is_wanted: Callable[[str], bool] = lambda _: True) -> list[Article]:
    """Those of the current generation whose ids are wanted, by id. Raises `NoIndex`."""
    with generations.open_current(index) as current:
        return [current.store.article(number) for article, number in current.store.ids() if is_wanted(article)]


def id_elsewhere(article: str) -> str:
    """The id of an article of one archive in another that is made of it, and that has sources of its own."""
    return f"{OTHER}{article.removeprefix('@')}" if article.startswith((*OWN_PREFIXES, OTHER)) else article


def is_of(article: str, prefix: str) -> bool:
    return article.startswith(prefix) if prefix else not article.startswith(OWN_PREFIXES)


def purge(home: Path, today: date) -> None:
    """Deletes for good what was removed long enough ago."""
    if home.is_dir():
        Sources(home).purge(today)
        Bin(home).purge(today)
