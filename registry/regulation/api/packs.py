"""The regulator pack over the API, and the receipts of those handed out."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from platform_site.api.views import ListEndpoint, Read
from registry.regulation.actions.packs import hand_out
from registry.regulation.pack.archive import as_download
from registry.regulation.queries import receipts
from registry.regulation.serializers.packs import PackReceiptOutput, ReceiptContentOutput
from registry.versions.api.models import VersionEndpoint
from registry.versions.queries import model_versions


class RegulatorPack(VersionEndpoint):
    """Everything about a version in one archive that can be verified without Plumbline.

    The header `X-Plumbline-Receipt` has the number of its receipt, which is read apart from it:
    `regulator-pack/receipts/{event}/`.
    """

    noun = "regulator_pack"
    serializer_class = PackReceiptOutput

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, name: str, version: str) -> HttpResponse:
        content, receipt = hand_out(self.model_version, actor=self.actor)
        return as_download(self.model_version, content, receipt.event)


class Receipts(ListEndpoint):
    """List the receipts of the regulator packs of a version that were handed out."""

    noun = "pack_receipts"
    serializer_class = PackReceiptOutput
    ordering_fields = ("event",)

    def rows(self) -> Any:
        return receipts.receipts_of(model_versions.version(self.kwargs["name"], self.kwargs["version"]))


class Receipt(VersionEndpoint, Read):
    """The receipt of a regulator pack, for `verify.py --receipt`."""

    noun = "pack_receipts"
    serializer_class = ReceiptContentOutput

    def content(self, name: str, version: str, event: int) -> Any:
        return json.loads(receipts.receipt(self.model_version, event).content)
