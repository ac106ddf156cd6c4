"""What the bot counts of itself, in Prometheus' terms; docs/operations.md has the table.

No label takes more than a handful of values, and none says who asked, where, or what.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import prometheus_client as prometheus
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.archive import builder
from bot.notices import Notice
from bot.service import Service
from index.errors import BadQuery, Busy

if TYPE_CHECKING:
    from bot.archive.builder import Workshop
    from bot.client import PullquoteBot

prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each: since when it counts
# Seconds: from an answer without a reader in a small archive to the time limit.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 20)


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    PERHAPS = "perhaps"  # with a quote that may not answer
    NOT_SAID = "not_said"  # the archive does not say
    BUSY = "busy"  # too many waited
    TIME_LIMIT = "time_limit"
    TOO_OFTEN = "too_often"  # beyond the limit of the member or the server
    REFUSED = "refused"  # empty, too long, dates the wrong way round
    STOPPING = "stopping"
    ERROR = "error"

    @classmethod
    def of(cls, error: Exception) -> Outcome:
        match error:
            case Busy():
                return cls.BUSY
            case TimeoutError():
                return cls.TIME_LIMIT
            case BadQuery() | Notice():
                return cls.REFUSED
            case _:
                return cls.ERROR


class Metrics:
    """The counts of one bot, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = prometheus.CollectorRegistry()
        self.questions = prometheus.Counter(
            "pullquote_questions", "Questions, by what became of them.", ["outcome"], registry=self.registry
        )
        self.seconds = prometheus.Histogram(
            "pullquote_answer_seconds",
            "From a question to its answer, waiting included.",
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.reconnects = prometheus.Counter(
            "pullquote_gateway_reconnects", "Times a lost connection to Discord was taken up.", registry=self.registry
        )
        for outcome in Outcome:  # so that a rate can be told from the first one on
            self.questions.labels(outcome)

    def count(self, outcome: Outcome, seconds: float) -> None:
        self.questions.labels(outcome).inc()
        if outcome in (Outcome.ANSWERED, Outcome.PERHAPS, Outcome.NOT_SAID):
            self.seconds.observe(seconds)

    def watch(self, bot: PullquoteBot, is_connected: Callable[[int], bool]) -> None:
        """Tells from now on of a bot, its shards, its service and this process as they are when they are looked at."""
        self.registry.register(BotFigures(bot))
        if bot.served.count != 0:
            self.registry.register(ShardFigures(bot, is_connected))
        self.registry.register(BuildFigures(bot.archives.workshop))
        if isinstance(bot.archives.shared, Service):
            self.registry.register(ServiceFigures(bot.archives.shared))
        prometheus.ProcessCollector(registry=self.registry)

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return prometheus.generate_latest(self.registry)


class BotFigures(Collector):
    def __init__(self, bot: PullquoteBot) -> None:
        self.bot = bot

    def collect(self) -> Iterator[Metric]:
        yield gauge("pullquote_guilds", "Servers that the bot is in.", len(self.bot.guilds))
        if math.isfinite(self.bot.latency):  # there is none before the first heartbeat
            about = "From a heartbeat to Discord's acknowledgement."
            yield gauge("pullquote_gateway_latency_seconds", about, self.bot.latency)
        alone = CounterMetricFamily("pullquote_limits_alone", "Counted without the other processes.")
        alone.add_metric([], self.bot.desk.limits.alone)
        yield alone


class ShardFigures(Collector):
    """The shards of a bot that has any, each with whether it is connected."""

    def __init__(self, bot: PullquoteBot, is_connected: Callable[[int], bool]) -> None:
        self.bot = bot
        self.is_connected = is_connected

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("pullquote_shard_up", "Whether it is connected to Discord.", labels=["shard"])
        guilds = GaugeMetricFamily("pullquote_shard_guilds", "Servers of it that the bot is in.", labels=["shard"])
        count = Counter(guild.shard_id for guild in self.bot.guilds)
        for shard in self.bot.shard_numbers():
            up.add_metric([str(shard)], self.is_connected(shard))
            guilds.add_metric([str(shard)], count[shard])
        return (up, guilds)


class BuildFigures(Collector):
    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop

    def collect(self) -> Iterator[Metric]:
        outcomes = {outcome.value: self.workshop.outcomes[outcome] for outcome in builder.Outcome}
        yield counter("pullquote_builds", "Builds that the bot started, by what became of them.", outcomes)


class ServiceFigures(Collector):
    def __init__(self, service: Service) -> None:
        self.service = service

    def collect(self) -> Iterable[Metric]:
        service, generation = self.service, self.service.shared.archive.generation
        manifest, threads = generation.manifest, service.settings.threads
        created = datetime.fromisoformat(manifest.created).timestamp()
        about = InfoMetricFamily("pullquote_generation", "The generation that answers.")
        about.add_metric([], {"name": generation.name, "created": manifest.created})
        published = {"used": service.used, "unusable": service.unusable}
        return (
            gauge("pullquote_under_way", "Questions being worked on.", min(service.threads.under_way, threads)),
            gauge("pullquote_waiting", "Questions waiting for a thread.", max(0, service.threads.under_way - threads)),
            about,
            gauge("pullquote_generation_age_seconds", "Since it was built.", max(0.0, time.time() - created)),
            gauge("pullquote_articles", "Articles of the generation.", manifest.articles),
            gauge("pullquote_passages", "Passages of the generation.", manifest.passages),
            counter("pullquote_generations", "Newly published generations.", published),
            gauge("pullquote_build_seconds", "What building the generation took.", manifest.seconds),
        )


def counter(name: str, about: str, outcomes: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, about, labels=["outcome"])
    for outcome, count in outcomes.items():
        family.add_metric([outcome], count)
    return family


def gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value)
