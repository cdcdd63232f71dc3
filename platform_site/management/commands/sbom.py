"""`manage.py sbom`: what Plumbline is made of, as a CycloneDX document; `--notice` as the text of NOTICE."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from platform_site.roof.components import list_components, render_notice, render_sbom


class Command(BaseCommand):
    help = "Print every library and file that others wrote, with licence and digests, as CycloneDX 1.5 JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--notice", action="store_true", help="Print the text of NOTICE instead.")

    def handle(self, *, notice: bool = False, **_: Any) -> None:
        components = list_components()
        if notice:
            self.stdout.write(render_notice(components), ending="")
            return
        self.stdout.write(json.dumps(render_sbom(components), indent=2))
