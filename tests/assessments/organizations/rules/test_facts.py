import pytest

from assessments.organizations.rules.facts import Facts, filled_in


def test_what_the_registry_measured_fills_what_nobody_said_and_is_marked():
    found = filled_in(Facts(shipping_teams=3), {"production_models": 5, "retraining_cadence": "weekly"})
    assert (found.production_models, found.retraining_cadence) == (5, "weekly")
    assert found.measured == {"production_models", "retraining_cadence"}


def test_what_a_person_said_is_never_overwritten():
    found = filled_in(Facts(shipping_teams=0, compliance=False), {"shipping_teams": 4, "compliance": True})
    assert found == Facts(shipping_teams=0, compliance=False)


def test_what_the_registry_does_not_know_stays_unknown():
    assert filled_in(Facts(), {"production_models": None}) == Facts()


def test_marks_add_up():
    once = filled_in(Facts(), {"production_models": 5})
    assert filled_in(once, {"shipping_teams": 2}).measured == {"production_models", "shipping_teams"}


def test_an_unknown_fact_is_an_error():
    with pytest.raises(ValueError, match="weather"):
        filled_in(Facts(), {"weather": "fine"})
