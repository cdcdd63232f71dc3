"""Apply a configuration file."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import CommandError, CommandParser

from platform_site.errors import Refusal
from platform_site.roof.configuration.apply import apply
from platform_site.roof.configuration.command import ConfigurationCommand
from registry.versions.command import Exit, shell_actor


class Command(ConfigurationCommand):
    help = "Applies a configuration file. What needs another person's approval is requested. Exit code 1 if something was refused."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", help="why, for the audit log; else `reason` in the file")

    def handle(self, *, file: str, reason: str, **options: Any) -> None:
        try:
            outcomes = apply(self.text_of(file), reason=reason, actor=shell_actor())
        except Refusal as refusal:
            raise self.refuse(refusal) from refusal
        changed = [outcome for outcome in outcomes if outcome.word != "same"]
        self.show((o.word, o.step.section, o.step.name, o.step.line, o.sentence) for o in changed)
        counts = Counter(outcome.word for outcome in outcomes)
        self.stdout.write(
            f"\n{', '.join(f'{count} {word}' for word, count in counts.items()) or 'The file has no entries'}."
        )
        if counts["refused"] or counts["cannot"]:
            raise CommandError("Something was refused: see above. The rest is applied.", returncode=Exit.BLOCKED)
