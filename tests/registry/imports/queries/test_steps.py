"""A step names what is missing in words that say what to do."""

from __future__ import annotations

from platform_site.errors import Fault
from registry.imports.queries.steps import Effect, step_of
from registry.imports.rules.candidates import Candidate, RecordKind


def test_a_missing_part_names_the_tag_that_supplies_it():
    candidate = Candidate(RecordKind.MODEL_VERSION, "churn/1", "Churn/1", {})
    step = step_of(
        candidate, Effect.CANNOT, "No.", [Fault("artifact.digest", "missing", "Give it."), Fault("x", "y", "Z.")]
    )
    assert [part["message"] for part in step.missing] == [
        "Give it. In MLflow, set the tag plumbline.artifact_digest on the version or its run.",
        "Z.",
    ]
    assert (step.kind, step.effect, step.diffs, step.would_block) == ("model_version", "cannot", [], [])
