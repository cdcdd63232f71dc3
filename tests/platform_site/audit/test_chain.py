"""The chain as arithmetic: what verifies, and that each way to tamper with it is seen at the first bad event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.audit.chain import (
    GENESIS,
    LARGEST_PAYLOAD,
    BrokenLink,
    Event,
    Head,
    bounded,
    canonical,
    key_id,
    link,
    seal,
    sealing_key,
    verify,
)

KEY = "the key that lives outside of the database"
FORGED = "a key that somebody else made up"


def chained(actors: list[str], key: str = KEY, first: int = 1, previous: str = GENESIS) -> list[Event]:
    events = []
    for sequence, actor in enumerate(actors, first):
        fields = (sequence, f"2026-01-05T08:00:{sequence:02}+00:00", actor, "pin.set", "model:eta", "{}", previous)
        previous = link(*fields)
        events.append(Event(*fields, previous, seal(previous, key)))
    return events


WHOLE = chained(["lead", "cora", "ann", "bob", "lead"])
HEAD = Head(5, WHOLE[-1].hash)


def edited(events: list[Event]) -> list[Event]:
    return [*events[:2], events[2]._replace(actor="nobody"), *events[3:]]


def edited_with_its_hash(events: list[Event]) -> list[Event]:
    changed = edited(events)[2]
    return [*events[:2], changed._replace(hash=link(*changed[:7])), *events[3:]]


def recomputed(events: list[Event], key: str = FORGED) -> list[Event]:
    return [*events[:2], *chained(["nobody", "bob", "lead"], key, 3, events[1].hash)]


def swapped(events: list[Event]) -> list[Event]:
    second, third = events[1]._replace(sequence=3), events[2]._replace(sequence=2)
    return [events[0], third, second, *events[3:]]


TAMPERINGS: list[tuple[str, Callable[[list[Event]], list[Event]], int]] = [
    ("edited", edited, 3),
    ("edited with its hash", edited_with_its_hash, 3),
    ("a middle row deleted", lambda events: [*events[:2], *events[3:]], 4),
    ("two swapped", swapped, 2),
    ("the tail cut", lambda events: events[:3], 4),
    ("all deleted", lambda events: [], 1),
    ("edited, and everything after recomputed", recomputed, 3),
    ("a row forged and recomputed", lambda events: [*events, *chained(["eve"], FORGED, 6, events[-1].hash)], 6),
]


@pytest.mark.parametrize(("name", "tamper", "first_broken"), TAMPERINGS)
def test_each_tampering_is_seen_at_its_first_event(name, tamper, first_broken):
    result = verify(tamper(list(WHOLE)), keys=[KEY], heads=[HEAD])
    assert (result.valid, result.first_broken.sequence) == (False, first_broken), name


def test_a_whole_chain_verifies_and_says_its_head():
    result = verify(WHOLE, keys=[KEY], heads=[HEAD])
    assert (result.valid, result.events, result.head) == (True, 5, HEAD)


def test_a_chain_without_events_is_whole_when_no_head_says_otherwise():
    assert verify([], keys=[KEY]) == (0, Head(0, GENESIS), None)


def test_who_has_the_key_and_rewrites_all_is_seen_by_a_head_noted_elsewhere():
    rewritten = recomputed(list(WHOLE), key=KEY)
    assert verify(rewritten, keys=[KEY]).valid
    assert verify(rewritten, keys=[KEY], heads=[Head(4, WHOLE[3].hash)]).first_broken.sequence == 4


def test_two_heads_that_contradict_each_other_are_seen():
    result = verify(WHOLE, keys=[KEY], heads=[Head(4, "f" * 64), Head(4, WHOLE[3].hash)])
    assert result.first_broken == BrokenLink(4, "its hash differs from the hash in a noted head")


def test_a_mac_of_any_characters_is_a_broken_event_and_no_crash():
    assert verify([WHOLE[0]._replace(mac="é")], keys=[KEY]).first_broken.sequence == 1


@pytest.mark.parametrize("field", Event._fields[1:])
def test_bytes_in_the_place_of_text_are_a_broken_event_and_no_crash(field):
    result = verify([WHOLE[0]._replace(**{field: b"\xff"})], keys=[KEY])
    assert (result.events, result.first_broken.sequence) == (0, 1)


@given(st.integers(0, 4), st.sampled_from(Event._fields), st.text(min_size=1))
def test_no_field_can_change_unseen(place, field, text):
    changed = WHOLE[place]._replace(**{field: text if field != "sequence" else 99})
    if changed != WHOLE[place]:
        events = [*WHOLE[:place], changed, *WHOLE[place + 1 :]]
        assert not verify(events, keys=[KEY]).valid


@given(st.text(), st.text())
def test_no_field_runs_into_the_next(row, other):
    digests = {link(1, "t", *pair, "a", "{}", GENESIS) for pair in ((row + other, ""), ("", row + other), (row, other))}
    assert len(digests) == len({(row + other, ""), ("", row + other), (row, other)})


def test_the_text_of_a_payload_does_not_depend_on_the_order_of_its_keys():
    assert (
        canonical({"b": [1, None], "a": "é"}) == canonical({"a": "é", "b": [1, None]}) == '{"a":"\\u00e9","b":[1,null]}'
    )


def test_nan_has_no_text():
    with pytest.raises(ValueError):
        canonical({"value": float("nan")})


ORDER = "expected event {} here: events are missing or in another order"
REASONS = {
    "edited": (2, "its hash does not match its content"),
    "edited with its hash": (2, "its MAC was not made with this installation's key"),
    "a middle row deleted": (2, ORDER.format(3)),
    "two swapped": (1, "its previous hash is not the hash of the event before"),
    "the tail cut": (3, "it is missing: a noted head proves that event 5 existed"),
    "all deleted": (0, "it is missing: a noted head proves that event 5 existed"),
    "edited, and everything after recomputed": (2, "its MAC was not made with this installation's key"),
    "a row forged and recomputed": (5, "its MAC was not made with this installation's key"),
}


@pytest.mark.parametrize(("name", "tamper", "first_broken"), TAMPERINGS)
def test_what_was_whole_before_it_and_why_it_does_not_fit_is_said(name, tamper, first_broken):
    result = verify(tamper(list(WHOLE)), keys=[KEY], heads=[HEAD])
    assert (result.events, result.first_broken.reason) == REASONS[name]
    assert result.head == (Head(result.events, WHOLE[result.events - 1].hash) if result.events else Head(0, GENESIS))


OLDER, NEWER = "the key before", "the key after"
TURNED = [*(begun := chained(["lead", "cora"], OLDER)), *chained(["ann", "bob"], NEWER, 3, begun[-1].hash)]
RELAPSED = [*TURNED, *chained(["eve"], OLDER, 5, TURNED[-1].hash)]


@pytest.mark.parametrize(
    ("events", "keys", "first_broken"),
    [
        (TURNED, [NEWER, OLDER], None),
        (TURNED, ["one that seals nothing yet", NEWER, OLDER], None),
        (TURNED, [NEWER], 1),
        (TURNED, [OLDER], 3),
        (TURNED, [OLDER, NEWER], 3),  # in the wrong order: the newest comes first
        (RELAPSED, [NEWER, OLDER], 5),  # a key that leaked and was replaced forges nothing
    ],
)
def test_keys_follow_one_another_and_none_comes_back(events, keys, first_broken):
    result = verify(events, keys=keys)
    assert (result.first_broken and result.first_broken.sequence) == first_broken


def test_what_follows_a_lost_key_verifies_by_itself():
    assert verify(TURNED[2:], keys=[NEWER], after=Head(2, TURNED[1].hash)) == (2, Head(4, TURNED[3].hash), None)
    assert verify(TURNED[2:], keys=[NEWER], after=Head(2, "0" * 64)).first_broken.sequence == 3


def test_the_name_of_a_key_is_the_same_each_time_and_of_no_other():
    assert key_id(OLDER) == key_id(OLDER) != key_id(NEWER)
    assert len(key_id(OLDER)) == 12


def test_the_key_that_made_a_mac_is_known_among_others():
    event = TURNED[0]
    assert [sealing_key(event.hash, event.mac, keys) for keys in ([NEWER, OLDER], [NEWER], [])] == [OLDER, None, None]
    assert sealing_key(event.hash, "é", [OLDER]) is None


MANY = [{"name": f"feature_{number}", "digest": "0" * 64} for number in range(20_000)]


@pytest.mark.parametrize("payload", [{"a": MANY}, {"a": MANY, "b": MANY[:300], "c": "x" * 70_000}, {"a": "é" * 40_000}])
def test_a_payload_has_an_end_and_what_is_left_out_can_be_held_to_its_digest(payload):
    text = bounded(payload | {"gate": "deployment"})
    assert len(text.encode()) <= LARGEST_PAYLOAD
    content = json.loads(text)
    assert content["gate"] == "deployment"
    assert content["a"]["sha256"] == hashlib.sha256(canonical(payload["a"]).encode()).hexdigest()
    assert content["a"].get("items") == (len(payload["a"]) if isinstance(payload["a"], list) else None)


@given(
    st.dictionaries(st.text(max_size=5), st.recursive(st.integers() | st.text(), st.lists, max_leaves=5), max_size=5)
)
def test_a_small_payload_is_stored_as_it_is(payload):
    assert bounded(payload) == canonical(payload)
