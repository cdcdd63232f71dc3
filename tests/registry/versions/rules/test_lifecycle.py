import pytest

from registry.versions.rules.lifecycle import Stage, stage_refusal, step_refusal

ALLOWED = {
    ("observed", "archived"),
    ("registered", "staging"),
    ("registered", "archived"),
    ("staging", "production"),
    ("staging", "archived"),
    ("production", "archived"),
}


@pytest.mark.parametrize("to", list(Stage))
@pytest.mark.parametrize("stage", list(Stage))
def test_only_the_named_steps_are_taken(stage, to):
    assert (step_refusal(stage, to) is None) == ((stage, to) in ALLOWED)


@pytest.mark.parametrize(
    ("environment", "stage", "refused"),
    [("production", "staging", True), ("staging", "staging", False), ("canary", "staging", True), ("canary", "production", False)],
)  # fmt: skip
def test_only_where_things_are_tried_a_version_serves_before_it_is_promoted(environment, stage, refused):
    assert bool(stage_refusal(environment, stage)) == refused
