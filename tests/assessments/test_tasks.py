"""The tasks of assessments call their actions."""

from __future__ import annotations

from assessments import tasks


def test_an_import_is_executed_by_its_number(monkeypatch):
    executed = []
    monkeypatch.setattr(tasks.import_runs, "execute", executed.append)
    tasks.import_tickets(7)
    assert executed == [7]


def test_sweeping_and_learning_call_their_actions(monkeypatch):
    called = []
    monkeypatch.setattr(tasks.import_runs, "sweep", lambda: called.append("sweep"))
    monkeypatch.setattr(tasks.label_models, "learn", lambda: called.append("learn"))
    tasks.sweep_imports()
    tasks.learn_ticket_types()
    assert called == ["sweep", "learn"]


def test_reminding_calls_its_action(monkeypatch):
    called = []
    monkeypatch.setattr(tasks.following, "remind", lambda: called.append("remind"))
    tasks.remind_of_initiatives()
    monkeypatch.setattr(tasks.exemptions, "remind", lambda: called.append("exemptions"))
    tasks.remind_of_exemptions()
    assert called == ["remind", "exemptions"]


def test_the_tasks_of_mails_call_their_actions(monkeypatch):
    called = []
    monkeypatch.setattr(tasks.mails, "queue_due", lambda: called.append("queue"))
    monkeypatch.setattr(tasks.mails, "sweep", lambda: called.append("sweep"))
    monkeypatch.setattr(tasks.mails, "send", called.append)
    tasks.queue_review_mails()
    tasks.sweep_review_mails()
    tasks.send_review_mail(7)
    assert called == ["queue", "sweep", 7]
