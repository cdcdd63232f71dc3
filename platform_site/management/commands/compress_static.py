"""`manage.py compress_static`: what `up` does by itself, for a web server that is started otherwise."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from platform_site.roof.static_files import compress


class Command(BaseCommand):
    help = "Compress the static files of this release and name them by their content. Then start the web server again."

    def handle(self, **options: Any) -> None:
        is_new = compress(settings.COMPRESSED_STATIC)
        self.stdout.write(f"{'Compressed' if is_new else 'Compressed before'}: {settings.COMPRESSED_STATIC}")
