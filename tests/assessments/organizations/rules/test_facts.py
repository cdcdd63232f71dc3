import pytest

from assessments.organizations.rules.facts import Facts, with_measured


def test_what_the_registry_measured_fills_what_nobody_said_and_is_marked():
    result = with_measured(Facts(shipping_teams=3), {"production_models": 5, "retraining_cadence": "weekly"})
    assert (result.production_models, result.retraining_cadence) == (5, "weekly")
    assert result.measured == {"production_models", "retraining_cadence"}


def test_what_a_person_said_is_never_overwritten():
    result = with_measured(Facts(shipping_teams=0, compliance=False), {"shipping_teams": 4, "compliance": True})
    assert result == Facts(shipping_teams=0, compliance=False)


def test_what_the_registry_does_not_know_stays_unknown():
    assert with_measured(Facts(), {"production_models": None}) == Facts()


def test_marks_add_up():
    once = with_measured(Facts(), {"production_models": 5})
    assert with_measured(once, {"shipping_teams": 2}).measured == {"production_models", "shipping_teams"}


def test_an_unknown_fact_is_an_error():
    with pytest.raises(ValueError, match="weather"):
        with_measured(Facts(), {"weather": "fine"})
