"""The base of endpoints that take a file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from platform_site.api.parsing import TooLarge
from platform_site.api.views import Endpoint
from platform_site.idempotency import HEADER


class Form(MultiPartParser):
    """A form with a file."""

    usage = "Send a form, multipart/form-data, with the file as its part `file`: curl -F file=@FILE."


class UploadEndpoint(Endpoint):
    """A POST of a multipart form with the part `file`."""

    parser_classes = (Form,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a large body with an idempotency key: its digest needs the whole body in memory."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if request.headers.get(HEADER) and int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise TooLarge(
                f"With an {HEADER} the body may have at most {limit} bytes. Leave the key out: an upload never makes anything twice."
            )
        super().initial(request, *args, **kwargs)

    def file(self, largest: int, advice: str = "") -> UploadedFile:
        """The file of the body. 413 when it has more than ``largest`` bytes."""
        file = self.body["file"]
        if file.size > largest:
            raise TooLarge(f"The file is larger than {largest} bytes{advice}.")
        return file
