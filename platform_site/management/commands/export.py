"""Write the configuration of this installation as a file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from platform_site.roof.configuration.stored import exported


class Command(BaseCommand):
    help = "Writes teams, data sets, source tables, features, models, checks, policies and notifications as plumbline.yaml."

    def handle(self, **options: Any) -> None:
        self.stdout.write(exported(), ending="")
