"""JSON answers: never NaN or infinity, never HTML."""

from __future__ import annotations

from rest_framework.renderers import JSONRenderer


class Json(JSONRenderer):
    """Strict JSON; DRF's own setting already refuses NaN."""

    strict = True
