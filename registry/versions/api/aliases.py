"""Aliases of models over the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from platform_site.api.serializers import StrictSerializer
from platform_site.api.verbs import Verb
from platform_site.api.views import Endpoint, ListEndpoint
from registry.models import ModelAlias
from registry.versions.actions.aliases import remove_alias, set_alias
from registry.versions.queries import model_versions


class AliasInput(StrictSerializer):
    """The version that the alias names from now on."""

    version = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class AliasOutput(serializers.ModelSerializer):
    """An alias, and the gate decision that let it move."""

    model = serializers.CharField(source="model.name")
    version = serializers.CharField(source="model_version.version")
    gate_decision = serializers.IntegerField(source="gate_decision_id")

    class Meta:
        model = ModelAlias
        fields = ("model", "name", "version", "gate_decision", "moved_by", "moved_at")
        read_only_fields = fields


class Aliases(ListEndpoint):
    """The aliases of a model."""

    noun = "model_aliases"
    serializer_class = AliasOutput
    ordering_fields = ("name", "moved_at")

    def rows(self) -> Any:
        return (
            model_versions.model(self.kwargs["name"]).aliases.select_related("model", "model_version").order_by("name")
        )


class Alias(Endpoint):
    """Move an alias to a version.

    Only through the deployment gate: 409 (`gate_blocked`) with every conflict where it blocks the version, and the alias
    stays. 200 when it names that version already.
    """

    noun = "model_aliases"
    serializer_class = AliasOutput

    @Verb(
        "move", takes=AliasInput, status=(201, 200), examples={"a new champion": {"version": "v2", "reason": "Better."}}
    )
    def put(self, name: str, alias: str) -> Any:
        version = model_versions.version(name, self.body["version"])
        row, moved = set_alias(version, alias, reason=self.body["reason"], actor=self.actor)
        return Response(AliasOutput(row).data, status=201 if moved else 200)

    @Verb("remove", status=204)
    def delete(self, name: str, alias: str) -> None:
        """Take an alias away."""
        remove_alias(model_versions.model(name), alias, actor=self.actor)
