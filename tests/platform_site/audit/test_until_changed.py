"""A value is computed again exactly when something happened that may change it, whoever commits first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from platform_site.access import SYSTEM
from platform_site.audit.record import record
from platform_site.audit.until_changed import MOST, MOST_EVENTS, UntilChanged
from platform_site.people.models import Team
from tests.locks.sessions import meanwhile


def happens(action: str) -> None:
    with transaction.atomic():
        record(action, subject="team:ads", actor=SYSTEM, payload={})


@pytest.fixture
def computed():
    """The arguments of every computation."""
    return []


@pytest.fixture
def teams(computed):
    """How many teams there are: one computation for each argument."""

    def compute(*arguments):
        computed.append(arguments)
        return Team.objects.count(), None

    return UntilChanged(compute, quiet=["serving."])


def test_nothing_happened_so_nothing_is_computed(db, teams, computed, django_assert_num_queries):
    happens("team.created")
    teams()
    with django_assert_num_queries(1):
        assert teams() == 0
    assert computed == [()]


def test_what_is_quiet_changes_nothing_and_anything_else_does(db, teams, computed):
    happens("team.created")
    for action, times in (("serving.reported", 1), ("serving.reported", 1), ("team.changed", 2), ("odd.event", 3)):
        teams()
        happens(action)
        teams()
        assert len(computed) == times, action


def test_a_value_is_brought_up_to_date_with_what_happened_where_that_can_be_told(db, computed):
    def update(before, events):
        if len(events) > 2:
            return None
        return before + [event.action for event in events], None

    seen = UntilChanged(lambda: (computed.append(()) or [], None), quiet=["serving."], update=update)
    happens("organization.added")
    assert seen() == []
    for action in ("team.created", "serving.reported", "team.changed"):
        happens(action)
    assert seen() == ["team.created", "team.changed"]
    happens("team.changed")
    assert seen() == ["team.created", "team.changed", "team.changed"]
    assert len(computed) == 1
    for _ in range(3):
        happens("team.changed")
    assert seen() == []
    for _ in range(MOST_EVENTS + 1):
        happens("team.changed")
    assert (seen(), len(computed)) == ([], 3)


def test_time_and_another_log_are_no_events_to_go_by(db, computed, monkeypatch):
    now = timezone.now()
    compute = UntilChanged(
        lambda: (computed.append(()) or len(computed), now + timedelta(hours=1)), quiet=[], update=lambda *_: (0, None)
    )
    with transaction.atomic():
        happens("team.created")
        compute()
        transaction.set_rollback(True)
    happens("team.changed")
    assert compute() == 2
    happens("team.changed")
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=1))
    assert compute() == 3


def test_each_argument_has_its_own_value_and_there_are_so_many(db, teams, computed):
    for number in (1, 2, 1):
        teams(number)
    assert computed == [(1,), (2,)]
    for number in range(MOST):
        teams(number)
    assert teams(1) == 0


def test_time_alone_can_end_it(db, monkeypatch):
    now, moments = timezone.now(), []
    ends = UntilChanged(lambda: (moments.append(1) or len(moments), now + timedelta(hours=1)), quiet=[])
    assert (ends(), ends()) == (1, 1)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=1))
    assert ends() == 2


def test_a_log_that_went_another_way_is_not_taken_for_the_same(db, teams, computed):
    with transaction.atomic():
        happens("team.created")
        teams()
        transaction.set_rollback(True)
    happens("serving.reported")
    teams()
    assert len(computed) == 2


def test_an_error_is_computed_again(db):
    answers = iter([ZeroDivisionError(), 1])

    def compute():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer, None

    value = UntilChanged(compute, quiet=[])
    with pytest.raises(ZeroDivisionError):
        value()
    assert value() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_not_committed_yet_is_seen_once_it_is(teams):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets nobody read beside an open write")

    def change():
        Team.objects.create(slug="late", name="Late")
        record("team.created", subject="team:late", actor=SYSTEM, payload={})

    before = Team.objects.count()
    assert teams() == before
    assert meanwhile(change, teams) == before
    assert teams() == before + 1
