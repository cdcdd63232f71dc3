"""`manage.py bench NAME`: figures of one run, beside a peer's on the same machine."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tests.bench import (
    audit,
    check_peers,
    checks,
    company_pages,
    growth,
    health,
    pages,
    parity,
    registry,
    runs,
    spark_connect,
    triage,
)

BENCHES: dict[str, Callable[..., None]] = {
    "audit": audit.run, "checks": checks.run, "company": company_pages.run, "growth": growth.run, "health": health.run, "pages": pages.run, "parity": parity.run, "registry": registry.run,
    "runs": runs.run, "spark": spark_connect.run, "triage": triage.run,
}  # fmt: skip
OPTIONS = {"events": ("audit",), "rows": ("checks", "parity", "spark"), "peers": ("checks",)}


class Command(BaseCommand):
    help = "Measure, and compare with a peer in the same run. Nothing of this installation's data is changed; `company` and `growth` read it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--small", action="store_true", help="a try in a minute, not a figure to quote")
        parser.add_argument("--events", type=int, help="audit alone: how many events; 1,000,000 when left out")
        parser.add_argument("--rows", type=_counts, help="checks, parity and spark: rows a side, comma-separated")
        parser.add_argument(
            "--peers", type=_names, help="checks alone: whom to run too, comma-separated; all when left out"
        )

    def handle(self, *, name: str, small: bool, **options: Any) -> None:
        by_name = {word: options[word] for word in OPTIONS if options[word] is not None}
        if "events" in by_name and (name != "audit" or by_name["events"] < 1):
            raise CommandError("--events is for `bench audit`, and is from 1 on.")
        if alien := [word for word in by_name if name not in OPTIONS[word]]:
            raise CommandError(f"--{alien[0]} is for `bench {OPTIONS[alien[0]][0]}`.")
        BENCHES[name](self.stdout.write, small=small, **by_name)


def _counts(text: str) -> list[int]:
    counts = [int(word) for word in text.split(",")]
    if min(counts) < 1:
        raise ArgumentTypeError("Rows are from 1 on.")
    return counts


def _names(text: str) -> list[str]:
    known, names = {peer.name for peer in check_peers.PEERS}, [word for word in text.split(",") if word]
    if unknown := set(names) - known:
        raise ArgumentTypeError(f"Not a peer: {', '.join(sorted(unknown))}. There are {', '.join(sorted(known))}.")
    return names
