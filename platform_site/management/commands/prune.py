"""`manage.py prune`: delete what is past its time, which the scheduler does every hour; `--plan` shows what that is."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from platform_site.roof.retention.prune import prune
from platform_site.roof.retention.tables import RETENTIONS, STAYS
from platform_site.text.wording import counted, grouped_number


class Command(BaseCommand):
    help = "Delete rows that are past their retention, each batch on record. The scheduler does it every hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--plan",
            action="store_true",
            help="show how long each kind of rows stays and how many would go; delete nothing",
        )

    def handle(self, *, plan: bool, **_: Any) -> None:
        if plan:
            self._show_plan()
            return
        counts = prune()
        for what, count in counts.items():
            self.stdout.write(f"{grouped_number(count)} {what} deleted.")
        if not counts:
            self.stdout.write("Nothing is past its time.")

    def _show_plan(self) -> None:
        for retention in RETENTIONS:
            age = counted(retention.age.days, "day") if retention.age else "until they end"
            by = f" ({retention.set_by})" if retention.set_by else ""
            stay = f" Stay: {retention.stay}." if retention.stay else ""
            self.stdout.write(
                f"{retention.what}: {age}{by}. Past their time: {grouped_number(retention.old.count())}.{stay}"
            )
        for why, tables in STAYS.items():
            self.stdout.write(f"Never deleted, {why}: {len(tables)} tables.")
