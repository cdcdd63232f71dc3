"""Configuration as code over HTTP, for a pipeline without a shell on the server."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from platform_site.api.uploads import UploadEndpoint
from platform_site.api.verbs import Verb
from platform_site.errors import Fault, Invalid
from platform_site.roof.configuration.apply import Outcome, apply
from platform_site.roof.configuration.plan import Plan, Step, plan_of

LARGEST_BYTES, MOST_ENTRIES = 1024 * 1024, 1_000  # what one request applies within its time
EFFECTS = ["create", "change", "request", "same", "cannot"]
OUTCOMES = ["created", "changed", "requested", "same", "cannot", "refused"]
FILE = {"a file": {"file": "plumbline.yaml"}}


class ConfigurationInput(StrictSerializer):
    """A `plumbline.yaml`."""

    file = serializers.FileField(
        max_length=255, help_text=f"At most {LARGEST_BYTES // 2**20} MiB of YAML, {MOST_ENTRIES:,} entries."
    )


class ConfigurationApplyInput(ConfigurationInput):
    """The same, and optionally the plan that must still be the one, and why."""

    digest = serializers.CharField(
        max_length=64, required=False, allow_blank=True, default="", help_text="That of the plan."
    )
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class PlannedEntryOutput(serializers.Serializer):
    """An entry of the file, and what applying it would do."""

    section = serializers.CharField()
    name = serializers.CharField()
    line = serializers.IntegerField()
    effect = serializers.ChoiceField(choices=EFFECTS)
    sentence = serializers.CharField()


class ConfigurationPlanOutput(serializers.Serializer):
    """What applying the file would change; `only_here` stands in the installation alone and is left as it is."""

    digest = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    steps = PlannedEntryOutput(many=True)
    only_here = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class AppliedEntryOutput(serializers.Serializer):
    """An entry of the file, and what became of it."""

    section = serializers.CharField()
    name = serializers.CharField()
    line = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    sentence = serializers.CharField()


class ConfigurationOutput(serializers.Serializer):
    """What became of each entry. What was refused stopped nothing else."""

    applied = serializers.BooleanField(help_text="Whether nothing was refused.")
    counts = serializers.DictField(child=serializers.IntegerField())
    steps = AppliedEntryOutput(many=True)


class ConfigurationFile(UploadEndpoint):
    """An endpoint that reads a `plumbline.yaml`."""

    def text(self) -> str:
        """The text of the file; Invalid where it is none."""
        try:
            return self.file(LARGEST_BYTES, "; use `manage.py apply` on the server").read().decode()
        except UnicodeDecodeError as error:
            raise Invalid([Fault("file", "malformed", "The file is not UTF-8.")]) from error


class ConfigurationPlan(ConfigurationFile):
    """What applying a file would change.

    Nothing is changed, so the scope `read` is enough. 422 with every fault of the file, each with its line.
    """

    noun = "configuration"
    serializer_class = ConfigurationPlanOutput
    required_scope = "read"

    @Verb("plan", takes=ConfigurationInput, examples=FILE)
    def post(self) -> Any:
        plan = _bounded(plan_of(self.text(), self.actor))
        steps = [_described(step) | {"effect": str(step.effect)} for step in plan.steps]
        counts = Counter(str(step.effect) for step in plan.steps)
        return {"digest": plan.digest, "counts": counts, "steps": steps, "only_here": plan.only_here}


class ConfigurationApplication(ConfigurationFile):
    """Apply a file, each entry through the action that people use.

    What needs another person becomes a request (`requested`). What is refused says why and stops nothing else; the same file
    again goes on where it stopped. With `digest`, 409 (`plan_changed`) where the plan is another one by now.
    """

    noun = "configuration"
    serializer_class = ConfigurationOutput

    @Verb(
        "apply", takes=ConfigurationApplyInput, examples={"a file": {"file": "plumbline.yaml", "reason": "Review 41."}}
    )
    def post(self) -> Any:
        text = self.text()
        _bounded(plan_of(text, self.actor))
        outcomes = apply(text, reason=self.body["reason"], digest=self.body["digest"], actor=self.actor)
        counts = Counter(outcome.word for outcome in outcomes)
        refused = counts["refused"] + counts["cannot"]
        return {"applied": not refused, "counts": counts, "steps": [_became(outcome) for outcome in outcomes]}


def _bounded(plan: Plan) -> Plan:
    if len(plan.steps) > MOST_ENTRIES:
        sentence = f"The file has {len(plan.steps):,} entries; a request takes {MOST_ENTRIES:,}. Split it, or use `manage.py apply`."
        raise Invalid([Fault("file", "too_many", sentence)])
    return plan


def _described(step: Step) -> dict[str, Any]:
    return {"section": step.section, "name": step.name, "line": step.line, "sentence": step.sentence}


def _became(outcome: Outcome) -> dict[str, Any]:
    return _described(outcome.step) | {"outcome": outcome.word, "sentence": outcome.sentence}
