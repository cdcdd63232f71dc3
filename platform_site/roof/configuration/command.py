"""What the commands `plan` and `apply` share: they read a file, and show each step."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from platform_site.errors import Refusal
from platform_site.roof.configuration.document import LARGEST_BYTES
from registry.versions.command import Exit

ShownStep = tuple[str, str, str, int, str]  # effect, section, name, line, sentence


class ConfigurationCommand(BaseCommand):
    """Reads a configuration file."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="plumbline.yaml, or - for standard input")

    def text_of(self, file: str) -> str:
        """The text of the file."""
        try:
            if file == "-":
                content = sys.stdin.buffer.read(LARGEST_BYTES + 1)
            else:
                with Path(file).open("rb") as opened:
                    content = opened.read(LARGEST_BYTES + 1)
            return content.decode()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=Exit.WRONG_USE) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8.", returncode=Exit.WRONG_USE) from error

    def refuse(self, refusal: Refusal) -> CommandError:
        """Every fault of the file, each with its line."""
        lines = [f"{fault.field}: {fault.message}" for fault in refusal.faults] or [refusal.message]
        return CommandError("\n".join(lines), returncode=Exit.WRONG_USE)

    def show(self, lines: Iterable[ShownStep]) -> None:
        """Print what is not the same."""
        for effect, section, name, line, sentence in lines:
            style: Any = self.style.WARNING if effect in ("cannot", "refused", "request", "requested") else str
            self.stdout.write(style(f"{effect:10} {section.replace('_', ' ')} {name} (line {line})"))
            if sentence:
                self.stdout.write(f"{'':11}{sentence}")
