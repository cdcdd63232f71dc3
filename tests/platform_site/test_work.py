"""Claim, renew, finish, sweep: one worker at a time, one end, and every row ends. On any row of background work.
Tasks are sent by the configured application, from any thread, and only what was committed is sent."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import TicketImport
from assessments.tickets.actions.import_runs import IMPORTS
from platform_site import work
from platform_site.webhooks.actions.deliveries import DELIVERIES
from platform_site.webhooks.models import Delivery
from platform_site.work import Claim, ClaimLost, Kind
from registry.checks.actions.runs import RUNS

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ONE_SECOND = timedelta(seconds=1)


def end_with(claim: Claim, sentence: str) -> bool:
    with transaction.atomic():
        return work.finish(claim, state="failed", error=sentence)


KIND = Kind(
    model=TicketImport,
    task="tests.a_job",
    lease=MINUTE,
    most_attempts=2,
    send_again_after=2 * MINUTE,
    end_with=end_with,
    crashed="Job {pk} met an error.",
    too_long="It took too long.",
    used_up="Job {pk} was begun {attempts} times.",
    unwanted=Q(filename="unwanted"),
)


def waiting(**columns: object) -> int:
    now = timezone.now()
    columns = {"source": "desk", "format": "csv", "created_at": now, "sent_at": now, "state": "queued"} | columns
    return TicketImport.objects.create(**columns).pk


def row(pk: int) -> TicketImport:
    return TicketImport.objects.get(pk=pk)


def change(pk: int, **columns: object) -> None:
    TicketImport.objects.filter(pk=pk).update(**columns)


def let_the_lease_end(pk: int) -> None:
    change(pk, lease_until=timezone.now() - ONE_SECOND)


def finish(claim: Claim, **columns: object) -> bool:
    with transaction.atomic():
        return work.finish(claim, state="finished", **columns)


@pytest.fixture
def sent(monkeypatch) -> list[tuple]:
    """What was sent to workers, as (task, pk, soon)."""
    messages: list[tuple] = []
    monkeypatch.setattr(work, "send", lambda task, pk, soon: messages.append((task, pk, soon)) or True)
    return messages


# -- claim ------------------------------------------------------------------------------------------------------------


def test_a_claim_sets_the_token_the_lease_and_one_more_attempt_in_one_update(django_assert_num_queries):
    pk = waiting()
    before = timezone.now()
    with django_assert_num_queries(1):
        claim = work.claim(KIND, pk)
    claimed = row(pk)
    assert (claim.kind, claim.pk, claim.token) == (KIND, pk, claimed.token)
    assert (claimed.state, claimed.attempts) == ("running", 1)
    assert before <= claimed.started_at <= timezone.now()
    assert before + MINUTE <= claimed.lease_until <= timezone.now() + MINUTE


@pytest.mark.parametrize("state", ["preview", "running", "finished", "failed"])
def test_only_what_waits_is_claimed(state):
    lease = {"token": uuid.uuid4(), "lease_until": timezone.now() + MINUTE}
    assert work.claim(KIND, waiting(state=state, **lease)) is None


def test_a_claim_takes_its_row_alone():
    other, pk = waiting(), waiting()
    work.claim(KIND, pk)
    assert row(other).state == "queued"


def test_nobody_claims_what_nobody_wants():
    assert work.claim(KIND, waiting(filename="unwanted")) is None


def test_nobody_claims_what_is_not_due_but_whoever_died_over_it_was_allowed_to():
    later = replace(KIND, due=lambda now: Q(created_at__lte=now))
    pk = waiting(created_at=timezone.now() + MINUTE)
    assert work.claim(later, pk) is None
    assert work.claim(KIND, pk)
    let_the_lease_end(pk)
    assert work.claim(later, pk)


def test_a_claim_whose_lease_ended_passes_to_another_worker_until_the_attempts_are_used_up():
    pk = waiting()
    first = work.claim(KIND, pk)
    assert work.claim(KIND, pk) is None
    let_the_lease_end(pk)
    second = work.claim(KIND, pk)
    assert second.token != first.token
    let_the_lease_end(pk)
    assert work.claim(KIND, pk) is None
    assert row(pk).attempts == 2


@pytest.mark.parametrize("kind", [RUNS, IMPORTS, DELIVERIES], ids=lambda kind: kind.task)
def test_a_claim_names_its_row_alone(kind):
    """A subquery that chooses the row is not asked again by PostgreSQL after it waited: two workers would have it."""
    with CaptureQueriesContext(connection) as queries:
        work.claim(kind, 1)
    (query,) = queries.captured_queries
    assert f'"{kind.model._meta.db_table}"."id" = 1' in query["sql"]
    table = kind.model._meta.db_table
    assert f'"{table}"."id" IN' not in query["sql"]
    own = query["sql"].count(f'FROM "{table}"')
    earlier = query["sql"].count(f'EXISTS(SELECT 1 AS "a" FROM "{table}"')  # of the same incident: it goes first
    assert own == earlier == (kind is DELIVERIES)


# -- two workers at once ----------------------------------------------------------------------------------------------


def in_a_session(action):
    """What the action returns, in a database session of its own."""
    try:
        return action()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_has_the_claim():
    pk = waiting()
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: in_a_session(lambda: work.claim(KIND, pk)), range(8)))
    (claim,) = filter(None, claims)
    assert (row(pk).token, row(pk).attempts) == (claim.token, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("abandoned", [False, True], ids=["waiting", "abandoned"])
def test_a_claim_that_waited_for_another_one_is_none(abandoned):
    pk, held = waiting(), Event()
    if abandoned:
        work.claim(KIND, pk)
        let_the_lease_end(pk)

    def hold() -> Claim | None:
        with transaction.atomic():
            claim = work.claim(KIND, pk)
            held.set()
            time.sleep(0.5)  # the other one is waiting for this row by then
        return claim

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(in_a_session, hold)
        assert held.wait(10)
        assert work.claim(KIND, pk) is None
        assert first.result().token == row(pk).token


@pytest.mark.django_db(transaction=True)
def test_two_ends_at_once_are_one():
    pk = waiting()
    claim = work.claim(KIND, pk)
    with ThreadPoolExecutor(2) as pool:
        ends = pool.map(lambda word: in_a_session(lambda: finish(claim, error=word)), ["one", "two"])
    assert sorted(ends) == [False, True]


# -- renew and finish -------------------------------------------------------------------------------------------------


def test_renewing_keeps_the_claim_and_writes_progress_in_one_update(django_assert_num_queries):
    pk = waiting()
    claim = work.claim(KIND, pk)
    let_the_lease_end(pk)
    with django_assert_num_queries(1):
        assert work.renew(claim, progress_done=7, progress_what="reading") is True
    renewed = row(pk)
    assert (renewed.progress_done, renewed.progress_what, renewed.state) == (7, "reading", "running")
    assert renewed.progress_total == 0, "nobody has said of how many"
    assert timedelta() < renewed.lease_until - timezone.now() <= MINUTE
    work.renew(claim, 10 * MINUTE)
    assert 9 * MINUTE < row(pk).lease_until - timezone.now() <= 10 * MINUTE


def test_whoever_lost_the_claim_neither_renews_nor_ends():
    pk = waiting()
    first = work.claim(KIND, pk)
    let_the_lease_end(pk)
    second = work.claim(KIND, pk)
    before = row(pk).lease_until
    assert work.renew(first, progress_done=7) is False
    assert finish(first, error="late") is False
    assert (row(pk).state, row(pk).error, row(pk).progress_done, row(pk).lease_until) == ("running", "", 0, before)
    assert finish(second) is True


def test_renewing_stops_whoever_works_on_what_nobody_wants_any_more():
    pk = waiting()
    claim = work.claim(KIND, pk)
    change(pk, filename="unwanted")
    assert work.renew(claim) is False
    assert finish(claim) is True


def test_an_end_is_written_once_with_its_moment(django_assert_num_queries):
    pk = waiting()
    claim = work.claim(KIND, pk)
    with transaction.atomic(), django_assert_num_queries(1):
        assert work.finish(claim, state="finished", rows=7) is True
    ended = row(pk)
    assert (ended.state, ended.rows, ended.lease_until) == ("finished", 7, None)
    assert timezone.now() - ended.finished_at < MINUTE
    assert finish(claim, rows=8) is False
    assert work.renew(claim) is False
    assert row(pk).rows == 7


def test_what_waits_again_is_not_over():
    pk = waiting()
    claim = work.claim(KIND, pk)
    with transaction.atomic():
        work.finish(claim, state="queued")
    assert (row(pk).state, row(pk).finished_at) == ("queued", None)


@pytest.mark.django_db(transaction=True)
def test_an_end_outside_of_a_transaction_is_a_mistake():
    claim = work.claim(KIND, waiting())
    with pytest.raises(RuntimeError, match=r"tests\.a_job"):
        work.finish(claim, state="finished")
    assert row(claim.pk).state == "running"


# -- perform ----------------------------------------------------------------------------------------------------------


def test_a_job_is_done_once(django_assert_num_queries):
    pk, done = waiting(), []
    assert work.perform(KIND, pk, lambda claim: done.append(finish(claim))) is True
    assert work.perform(KIND, pk, done.append) is False
    assert (done, row(pk).state) == ([True], "finished")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (KeyError("secret"), "Job {pk} met an error."),
        (DataError("secret"), "Job {pk} met an error."),
        (UnicodeEncodeError("utf-8", "secret", 0, 1, "x"), "Job {pk} met an error."),
        (MemoryError("secret"), "Job {pk} met an error."),
        (SoftTimeLimitExceeded("secret"), "It took too long."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_a_job_raises_its_row_ends_with_a_sentence_and_the_log_has_the_rest(error, sentence, caplog):
    def job(claim: Claim) -> None:
        raise error

    pk = waiting()
    assert work.perform(KIND, pk, job) is True
    ended = row(pk)
    assert (ended.state, ended.error) == ("failed", sentence.format(pk=pk))
    assert f"tests.a_job {pk}" in caplog.text or isinstance(error, SoftTimeLimitExceeded)
    assert ("Traceback" in caplog.text) is not isinstance(error, SoftTimeLimitExceeded)


def test_a_job_that_fails_while_it_ends_leaves_nothing_of_that_end():
    def job(claim: Claim) -> None:
        with transaction.atomic():
            work.finish(claim, state="finished", rows=7)
            raise ValueError

    pk = waiting()
    work.perform(KIND, pk, job)
    assert (row(pk).state, row(pk).rows) == ("failed", 0)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_ends_nothing(error):
    def job(claim: Claim) -> None:
        raise error

    pk = waiting()
    with pytest.raises(error):
        work.perform(KIND, pk, job)
    assert row(pk).state == "running"


def test_a_job_that_lost_its_claim_is_over_and_only_the_log_has_a_word(caplog):
    caplog.set_level("INFO", logger="platform_site.work")

    def job(claim: Claim) -> None:
        raise ClaimLost

    pk = waiting()
    assert work.perform(KIND, pk, job) is True
    assert (row(pk).state, row(pk).error) == ("running", "")
    assert f"tests.a_job {pk}: the claim was lost, nothing was written" in caplog.text


def test_a_job_that_fails_after_it_lost_its_claim_writes_nothing():
    def job(claim: Claim) -> None:
        change(claim.pk, token=uuid.uuid4())
        raise ValueError

    pk = waiting()
    work.perform(KIND, pk, job)
    assert (row(pk).state, row(pk).error) == ("running", "")


# -- sweep ------------------------------------------------------------------------------------------------------------


def test_the_sweep_sends_again_what_waits_too_long_and_what_was_left(sent):
    long_ago = timezone.now() - 2 * MINUTE - ONE_SECOND
    lost, never, left, due_later = (
        waiting(sent_at=long_ago),
        waiting(sent_at=None),
        waiting(sent_at=long_ago),
        waiting(),
    )
    work.claim(KIND, left)
    let_the_lease_end(left)
    assert work.sweep(KIND) == 3
    assert sent == [("tests.a_job", lost, False), ("tests.a_job", never, False), ("tests.a_job", left, True)]
    assert all(timezone.now() - row(pk).sent_at < MINUTE for pk in (lost, never, left))
    assert work.sweep(KIND) == 0
    assert row(due_later).state == "queued"


def test_the_sweep_leaves_alone_what_is_worked_on_and_what_is_over(sent):
    worked_on = waiting(sent_at=None)
    work.claim(replace(KIND, most_attempts=1), worked_on)
    for state in ("preview", "finished", "failed"):
        waiting(state=state, sent_at=None, lease_until=timezone.now() - MINUTE, attempts=2)
    waiting(sent_at=None, filename="unwanted")
    assert work.sweep(replace(KIND, most_attempts=1)) == 0
    assert sent == []
    assert row(worked_on).state == "running"


def test_the_sweep_ends_what_used_its_attempts_up(sent):
    pk = waiting(sent_at=None)
    for _ in range(2):
        work.claim(KIND, pk)
        let_the_lease_end(pk)
    assert work.sweep(KIND) == 1
    assert (row(pk).state, row(pk).error) == ("failed", f"Job {pk} was begun 2 times.")
    assert sent == []
    assert work.sweep(KIND) == 0


def test_the_sweep_ends_what_was_left_and_nobody_wants(sent):
    pk = waiting(sent_at=None)
    work.claim(KIND, pk)
    change(pk, filename="unwanted")
    assert work.sweep(KIND) == 0
    let_the_lease_end(pk)
    assert work.sweep(KIND) == 1
    assert (row(pk).state, sent) == ("failed", [])


def test_a_kind_of_which_all_is_wanted_is_swept_too(sent):
    wanted = replace(KIND, unwanted=None)
    pk, left = waiting(filename="unwanted"), waiting(sent_at=None)
    assert work.claim(wanted, pk)
    work.claim(wanted, left)
    let_the_lease_end(left)
    assert work.sweep(wanted) == 1
    assert (row(left).state, sent) == ("running", [("tests.a_job", left, True)])


def test_a_row_that_cannot_be_ended_stops_the_sweep_of_no_other(sent, caplog):
    def end(claim: Claim, sentence: str) -> bool:
        if claim.pk == first:
            raise ValueError
        return end_with(claim, sentence)

    first, second = waiting(), waiting()
    for pk in (first, second):
        work.claim(KIND, pk)
        change(pk, attempts=2)
        let_the_lease_end(pk)
    waiting(sent_at=None)
    assert work.sweep(replace(KIND, end_with=end)) == 2
    assert (row(first).state, row(second).state, len(sent)) == ("running", "failed", 1)
    assert "Traceback" in caplog.text


def test_the_sweep_sends_so_many_at_once_in_its_order_and_ahead_of_others_where_asked(sent):
    pks = [waiting(sent_at=None) for _ in range(3)]
    kind = replace(KIND, most_sent_at_once=2, order=("-pk",), waiting_first=True)
    assert work.sweep(kind) == 2
    assert sent == [("tests.a_job", pks[2], True), ("tests.a_job", pks[1], True)]
    assert row(pks[0]).sent_at is None


def test_a_sweep_sends_a_thousand_rows_unless_its_kind_says_otherwise(sent):
    first = row(waiting(sent_at=None))
    columns = {field.attname: getattr(first, field.attname) for field in first._meta.concrete_fields[1:]}
    TicketImport.objects.bulk_create(TicketImport(**columns) for _ in range(1_000))
    assert work.sweep(KIND) == len(sent) == 1_000
    assert TicketImport.objects.get(sent_at=None)


def test_a_broker_that_is_away_is_asked_once(monkeypatch):
    messages = []
    monkeypatch.setattr(work, "send", lambda *message, soon: messages.append(message))
    for _ in range(2):
        waiting(sent_at=None)
    assert work.sweep(KIND) == 0
    assert len(messages) == 1


# -- what is done to many rows ----------------------------------------------------------------------------------------


def test_a_row_that_fails_stops_none_of_the_others(caplog):
    failed = []

    def note(row: int, error: Exception) -> None:
        failed.append((row, type(error)))

    assert work.for_each([1, 0, 2, 4], lambda number: 3 % number == 1, on_failure=note) == 1
    assert failed == [(0, ZeroDivisionError)]
    assert "ZeroDivisionError" in caplog.text
    assert work.for_each([0, 2], lambda number: 3 % number) == 1


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_stops_them_all(error):
    done = []

    def act(number: int) -> None:
        done.append(number)
        raise error

    with pytest.raises(error):
        work.for_each([1, 2], act, on_failure=lambda *failure: done.append(failure))
    assert done == [1]


def test_the_three_kinds_of_work_have_their_sentences():
    for kind in (RUNS, IMPORTS, DELIVERIES):
        for sentence in (kind.crashed, kind.too_long, kind.used_up):
            assert sentence.format(pk=7, attempts=3).endswith((".", "again."))
    assert Delivery.ATTEMPTS == "attempt_count"


# -- sending ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tasks(monkeypatch):
    tasks = []
    monkeypatch.setattr("platform_site.work.app.send_task", lambda task, **options: tasks.append((task, options)))
    return tasks


def test_every_thread_sends_by_the_configured_application():
    with ThreadPoolExecutor(1) as pool:
        name, broker = pool.submit(lambda: (work.app.main, work.app.conf.broker_url)).result()
    assert (name, broker) == ("plumbline", settings.CELERY_BROKER_URL)


def test_a_task_is_sent_after_the_commit(db, tasks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        work.after_commit("a.task", 7)
        assert tasks == []
    assert tasks == [("a.task", {"args": (7,), "priority": settings.IN_TURN, "retry": False})]


def test_several_are_sent_until_the_broker_is_away(monkeypatch, django_capture_on_commit_callbacks):
    tried = []

    def send_task(task, *, args, **_):
        tried.append(args[0])
        if args[0] == 2:
            raise OSError("away")

    monkeypatch.setattr("platform_site.work.app.send_task", send_task)
    with django_capture_on_commit_callbacks(execute=True):
        work.after_commit_each("a.task", [1, 2, 3])
    assert tried == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_sent(tasks):
    with transaction.atomic():
        work.after_commit("a.task")
        transaction.set_rollback(True)
    assert tasks == []


def test_what_cannot_wait_is_sent_ahead(tasks):
    assert work.send("a.task", soon=True)
    assert tasks[0][1]["priority"] == settings.SOON != settings.IN_TURN


def test_a_broker_that_is_away_is_no_error(monkeypatch, caplog):
    def away(*_, **__):
        raise ConnectionError("refused")

    monkeypatch.setattr("platform_site.work.app.send_task", away)
    assert work.send("a.task", 7) is False
    assert "a.task(7,)" in caplog.text
