"""What every kind of destination says of an event: the same as the gate's message."""

from __future__ import annotations

from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import Details, Fact, Held, as_text, digest, notice_of

AT = "2026-03-01T12:00:00+00:00"
GATE = Event(
    "gate.blocked",
    7,
    AT,
    "cora",
    "model_version:demand/v1",
    {
        "decision": "BLOCKED",
        "model": "demand",
        "version": "v1",
        "message": "BLOCKED, 1 conflict blocks: demand v1\nhttps://plumbline.example/x/\n\n"
        "Blocks: orders_3d: The definition changed since training: logic.\n  trained on    472f1ded54ff\n"
        "  changed       by dana, 2026-11-29 12:00 UTC: <fix>\n  approval      ann can approve an override\n\n"
        "Ways out:\n  pin           Pin it.\n  retrain       Train a new model version.\n",
    },
    "https://plumbline.example/registry/models/demand/v1/",
)
ALERT = Event(
    "alert.opened", 8, AT, "system", "alert:3", {"title": "Serving skew of v1", "blocking": True, "model": "demand"}
)


def test_a_gate_says_model_cause_who_when_and_ways_out():
    notice = notice_of(GATE)
    assert notice.title == "BLOCKED, 1 conflict blocks: demand v1"
    assert notice.facts == (Fact("Model", "demand"), Fact("Version", "v1"))
    (cause,) = notice.sections
    assert "The definition changed since training: logic." in cause
    assert "changed       by dana, 2026-11-29 12:00 UTC: <fix>" in cause
    assert notice.ways_out == ("pin Pin it.", "retrain Train a new model version.")
    assert (notice.severity, notice.by, notice.link) == ("error", "cora", GATE.link)
    text = as_text(notice)
    assert text.startswith("BLOCKED, 1 conflict blocks: demand v1\nModel: demand\nVersion: v1\n\nBlocks: orders_3d")
    assert text.endswith("Ways out:\n- pin Pin it.\n- retrain Train a new model version.")


def test_an_alert_says_what_its_owner_adds():
    details = Details(("forecasting",), "/x/", (Fact("Feature", "orders"),), ("serve: Serve what is due.",))
    notice = notice_of(ALERT, details)
    assert (notice.title, notice.severity) == ("Serving skew of v1", "critical")
    assert (notice.facts, notice.ways_out) == ((Fact("Feature", "orders"),), ("serve: Serve what is due.",))
    assert notice_of(ALERT._replace(name="alert.resolved")).title == "Resolved: Serving skew of v1"
    assert notice_of(ALERT._replace(name="alert.acknowledged")).title == "Acknowledged: Serving skew of v1"
    assert notice_of(ALERT._replace(name="alert.reopened")).title == "Opened again: Serving skew of v1"


def test_the_columns_of_a_run_and_why_it_ended_are_sections():
    run = ALERT._replace(payload={"title": "fare: drifted", "message": "Drift of fare: failed\n- fare: PSI 0.4"})
    assert notice_of(run).sections == ("Drift of fare: failed\n- fare: PSI 0.4",)
    ended = ALERT._replace(name="alert.resolved", payload={"title": "fare", "because": "It serves no more."})
    assert notice_of(ended).sections == ("It serves no more.",)


def test_what_has_no_title_is_a_line():
    assert notice_of(ALERT._replace(name="token.made", payload=None)).title == "token made: alert:3, by system."


def test_many_and_long_parts_are_cut_and_counted():
    message = "\n\n".join(["BLOCKED: d v1", *(f"Blocks: f{number}: {'x' * 5_000}" for number in range(60))])
    notice = notice_of(GATE._replace(payload={"message": message}))
    assert len(notice.sections) == 21
    assert notice.sections[-1] == "… and 40 more; the link leads to all of them."
    assert max(map(len, notice.sections)) < 2_100
    facts = tuple(Fact(f"F{number}", "y" * 1_000) for number in range(30))
    short = notice_of(ALERT, Details(facts=facts, ways_out=("z" * 1_000,) * 40))
    assert (len(short.facts), len(short.ways_out)) == (20, 20)
    assert (max(len(fact.text) for fact in short.facts), len(short.ways_out[0])) == (300, 500)
    assert len(notice_of(ALERT._replace(payload={"title": "t" * 900})).title) == 300


def test_a_digest_has_every_event_in_order_and_the_worst_severity():
    held = [Held(f"2026-03-01T0{hour}:15:00", "warning" if hour else "error", f"event {hour}") for hour in range(9)]
    notice = digest(held, person="cora", at=AT, link="")
    assert notice.title == "9 events waited during the quiet hours of cora"
    assert notice.severity == "error"
    assert "\n".join(notice.sections).split("\n")[0] == "00:15 UTC, error: event 0"
    assert "\n".join(notice.sections).count("event ") == 9
