from datetime import timedelta

import pytest

from assessments.organizations.rules.facts import (
    NAMES,
    TEAM_FACTS,
    TITLES,
    Facts,
    cadence_of,
    known_facts,
    with_measured,
)


def test_what_the_registry_measured_fills_what_nobody_said_and_is_marked():
    result = with_measured(Facts(shipping_teams=3), {"production_models": 5, "retraining_cadence": "weekly"})
    assert (result.production_models, result.retraining_cadence) == (5, "weekly")
    assert result.measured == {"production_models", "retraining_cadence"}


def test_what_a_person_said_is_never_overwritten():
    result = with_measured(Facts(shipping_teams=0, compliance=False), {"shipping_teams": 4, "compliance": True})
    assert (result.shipping_teams, result.compliance, result.measured) == (0, False, frozenset())


def test_what_is_measured_otherwise_stands_beside_it():
    result = with_measured(Facts(production_models=180), {"production_models": 3, "shipping_teams": None})
    assert (result.production_models, result.others) == (180, (("production_models", 3),))
    assert known_facts(result)[0].words == "180 entered, 3 measured"
    assert with_measured(Facts(production_models=3), {"production_models": 3}).others == ()


def test_fewer_incidents_than_are_on_record_are_not_believed():
    name = "skew_or_drift_incidents_12m"
    less, more = (with_measured(Facts(**{name: entered}), {name: 2}) for entered in (0, 5))
    assert (less.skew_or_drift_incidents_12m, less.measured, less.others) == (2, {name}, ((name, 0),))
    assert (more.skew_or_drift_incidents_12m, more.measured, more.others) == (5, frozenset(), ((name, 2),))


def test_every_fact_has_a_title():
    assert set(TITLES) >= {*NAMES, *TEAM_FACTS}


def test_what_the_registry_does_not_know_stays_unknown():
    assert with_measured(Facts(), {"production_models": None}) == Facts()


def test_marks_add_up():
    once = with_measured(Facts(), {"production_models": 5})
    assert with_measured(once, {"shipping_teams": 2}).measured == {"production_models", "shipping_teams"}


def test_an_unknown_fact_is_an_error():
    with pytest.raises(ValueError, match="weather"):
        with_measured(Facts(), {"weather": "fine"})


@pytest.mark.parametrize(
    ("hours", "cadence"), [(12, "hourly"), (12.5, "daily"), (96, "daily"), (97, "weekly"), (361, "monthly")]
)
def test_a_cadence_covers_its_longest_interval_and_no_longer_one(hours, cadence):
    assert cadence_of(timedelta(hours=hours)) == cadence
