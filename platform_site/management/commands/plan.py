"""Show what applying a configuration file would change."""

from __future__ import annotations

from typing import Any

from platform_site.errors import Refusal
from platform_site.roof.configuration.command import ConfigurationCommand
from platform_site.roof.configuration.plan import Effect, plan_of


class Command(ConfigurationCommand):
    help = "Shows what `apply FILE` would change; nothing is changed. Exit code 2 with every fault of the file."

    def handle(self, *, file: str, **options: Any) -> None:
        try:
            plan = plan_of(self.text_of(file))
        except Refusal as refusal:
            raise self.refuse(refusal) from refusal
        changing = [step for step in plan.steps if step.effect != Effect.SAME]
        self.show((step.effect, step.section, step.name, step.line, step.sentence) for step in changing)
        counts = ", ".join(f"{count} {effect}" for effect in Effect if (count := plan.count(effect)))
        self.stdout.write(f"\n{counts or 'The file has no entries'}.")
        for section, names in plan.only_here.items():
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            named = section.replace("_", " ")
            self.stdout.write(f"Not in the file, left as they are: {named} {', '.join(names[:5])}{more}.")
        if plan.changes_anything:
            self.stdout.write("Nothing was changed. Apply it with `manage.py apply`.")
