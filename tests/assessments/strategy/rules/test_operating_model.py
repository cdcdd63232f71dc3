import pytest

from assessments.strategy.rules.operating_model import operating_model

CASES = [
    (8, 12, "hybrid", 0.67, (6, 2, 0), False, "the worked case: 6 develop, 2 enable"),
    (1, 3, "hybrid", 0.33, (1, 0, 0), True, "the worked case: office hours"),
    (3, 4, "hybrid", 0.75, (3, 0, 0), True, "too few to set one apart"),
    (4, 5, "hybrid", 0.8, (3, 1, 0), False, "one of four helps"),
    (3, 3, "embedded", 1.0, (0, 0, 3), False, "one for each team is enough"),
    (9, 4, "embedded", 2.25, (5, 0, 4), False, "the others share the core"),
    (0, 4, "none", None, (None, None, None), False, "nobody to divide"),
    (4, 0, "none", None, (None, None, None), False, "nobody to serve"),
]


@pytest.mark.parametrize(("engineers", "teams", "model", "per_team", "people", "office_hours", "why"), CASES)
def test_the_model_follows_from_engineers_and_teams(engineers, teams, model, per_team, people, office_hours, why):
    result = operating_model(engineers, teams)
    assert (result.model, result.per_team, result.office_hours) == (model, per_team, office_hours), why
    assert (result.development, result.enablement, result.embedded) == people, why


@pytest.mark.parametrize(("engineers", "teams", "asks"), [(None, None, 2), (8, None, 1), (None, 12, 1)])
def test_what_is_missing_is_asked(engineers, teams, asks):
    result = operating_model(engineers, teams)
    assert (result.model, len(result.asks)) == ("unknown", asks)


def test_nobody_is_lost():
    for engineers in range(1, 30):
        result = operating_model(engineers, 7)
        assert result.development + result.enablement + result.embedded == engineers
