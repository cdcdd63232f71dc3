"""The receipts of regulator packs."""

from __future__ import annotations

from rest_framework import serializers

from registry.models import PackReceipt


class PackReceiptOutput(serializers.ModelSerializer):
    """A pack that was handed out: to whom and when, the audit event, and the digests of archive and receipt."""

    class Meta:
        model = PackReceipt
        fields = ("event", "sha256", "digest", "rows", "handed_out_to", "handed_out_at")
        read_only_fields = fields


class ReceiptContentOutput(serializers.Serializer):
    """What `verify.py --receipt` takes: what the pack held, and the audit event that says so."""

    receipt = serializers.JSONField()
    event = serializers.JSONField()
