"""`manage.py check_receipt FILE`: whether the receipt of a regulator pack is an event of this installation's chain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.regulation.pack import verify
from registry.regulation.queries import receipts


class Command(BaseCommand):
    help = "Check the receipt of a regulator pack against the audit chain. Exit code: 0 it is ours, 1 it is not, 2 no receipt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("receipt", type=Path, help="the receipt, a JSON file")

    def handle(self, *, receipt: Path, **_: Any) -> None:
        try:
            content = verify.load_receipt(receipt)
        except ValueError as error:
            raise CommandError(f"{error}. Give the file that was handed out with the pack.", returncode=2) from error
        if doubts := receipts.doubts(content):
            self.stderr.write("\n".join(doubts))
            sys.exit(1)
        event = content["event"]
        self.stdout.write(
            f"This receipt is event {event['sequence']} of our chain, {event['hash']}: a pack of {event['subject']}, "
            f"handed out to {event['actor']} at {event['at']}."
        )
