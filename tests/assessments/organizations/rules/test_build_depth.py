import pytest

from assessments.organizations.rules.build_depth import build_depth

CASES = [
    (4, 4, 40, "latency", "managed", "fewer than 5 engineers"),
    (9, 0, 40, "latency", "managed", "nobody is on call"),
    (9, 3, 40, "nothing", "managed", "managed services meet every need"),
    (5, 1, 40, "workload", "own_cluster", "5 engineers, on-call duty and a need"),
    (5, 1, 40, "residency", "own_cluster", "any need counts"),
    (2, None, None, None, "managed", "one missing condition is enough to know"),
    (None, 0, None, None, "managed", "nobody on call is enough to know"),
    (None, 3, 40, "latency", "unknown", "the engineers are not known"),
    (5, None, 40, "latency", "unknown", "the duty is not known"),
    (5, 1, 40, None, "unknown", "the need is not known"),
]


@pytest.mark.parametrize(("engineers", "on_call", "served", "need", "choice", "why"), CASES)
def test_a_cluster_takes_people_duty_and_a_need(engineers, on_call, served, need, choice, why):
    result = build_depth(engineers, on_call, served, need)
    assert result.choice == choice, why
    assert len(result.asks) == [engineers, on_call, served, need].count(None)


@pytest.mark.parametrize(
    ("engineers", "served", "ratio"),
    [(2, 12, "1 : 6"), (4, 50, "1 : 12.5"), (3, 10, "1 : 3.3"), (0, 12, None), (None, 12, None), (2, None, None)],
)
def test_the_ratio_of_engineers_to_people_served(engineers, served, ratio):
    assert build_depth(engineers, 1, served, None).ratio == ratio


def test_the_night_has_an_answer_or_a_question():
    answers = [build_depth(5, on_call, 12, None).night_answer for on_call in (None, 0, 1, 4)]
    assert [answer.split()[0] for answer in answers] == ["Unknown:", "Nobody:", "Always", "One"]
