import pytest

from registry.domain.lifecycle import Stage, step_refused

ALLOWED = {
    ("registered", "staging"),
    ("registered", "archived"),
    ("staging", "production"),
    ("staging", "archived"),
    ("production", "archived"),
}


@pytest.mark.parametrize("to", list(Stage))
@pytest.mark.parametrize("stage", list(Stage))
def test_only_the_named_steps_are_taken(stage, to):
    assert (step_refused(stage, to) is None) == ((stage, to) in ALLOWED)
