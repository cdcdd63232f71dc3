"""The audit chain: canonical text, hash, MAC and verification. Pure.

Each event hashes its own canonical text together with the hash of the event before (SHA-256); the MAC (HMAC-SHA256)
is keyed by a secret that lives outside the database, so that somebody who can rewrite every row still cannot make
the chain verify. Keys are replaced in order: once an event has the MAC of a newer key, none after it has that of an older
one, so that a key that leaked and was replaced forges nothing. A chain that was cut off at its end still verifies: only a head stored elsewhere shows the cut.

>>> link(1, "2026-01-05T08:00:00+00:00", "lead", "check.run_finished", "check_run:1", "{}", GENESIS)[:12]
'178047f345a3'
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

GENESIS = "0" * 64
PROGRESS_EVERY = 10_000
LARGEST_PAYLOAD = 64_000  # bytes of one event
OWN_KEY = "this installation's key"


class Event(NamedTuple):
    """One row of the log as stored; ``at`` is UTC ISO-8601 text, ``payload`` canonical JSON text."""

    sequence: int
    at: str
    actor: str
    action: str
    subject: str
    payload: str
    previous_hash: str
    hash: str
    mac: str


class Head(NamedTuple):
    """The last event, as noted outside the database."""

    sequence: int
    hash: str


BEGINNING = Head(0, GENESIS)


class BrokenLink(NamedTuple):
    """The first event that does not verify, and why."""

    sequence: int
    reason: str


class Verification(NamedTuple):
    """How many events were read, the head they end in, and the first broken one if any."""

    events: int
    head: Head
    first_broken: BrokenLink | None

    @property
    def valid(self) -> bool:
        return self.first_broken is None


def canonical(payload: Any) -> str:
    """JSON with sorted keys and no spaces: the text that is stored and hashed. NaN is refused (ValueError)."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), allow_nan=False)


def bounded(payload: Mapping[str, Any]) -> str:
    """The canonical text of a payload, at most `LARGEST_PAYLOAD` bytes: of one that is larger, each member that is long is
    replaced by how long it is, how many items it has and its digest, so that a list given elsewhere can be held to it.

    >>> bounded({"gate": "deployment"})
    '{"gate":"deployment"}'
    """
    text = canonical(payload)
    if len(text) <= LARGEST_PAYLOAD:  # all of it is ASCII
        return text
    members = {name: canonical(value) for name, value in payload.items()}
    longest = sorted(members, key=lambda name: -len(members[name]))
    shown = dict(payload)
    for name in longest:
        if len(text) <= LARGEST_PAYLOAD:
            break
        items = {"items": len(payload[name])} if isinstance(payload[name], list | tuple | dict) else {}
        digest = hashlib.sha256(members[name].encode()).hexdigest()
        shown[name] = {"left_out": len(members[name]), "sha256": digest} | items
        text = canonical(shown)
    return text


def link(sequence: int, at: str, actor: str, action: str, subject: str, payload: str, previous_hash: str) -> str:
    """The event's hash: SHA-256 over a JSON list of its fields, so that no field can run into the next."""
    text = json.dumps([sequence, at, actor, action, subject, payload, previous_hash])
    return hashlib.sha256(text.encode()).hexdigest()


def seal(event_hash: str, key: str) -> str:
    """The event's MAC: HMAC-SHA256 of its hash."""
    return hmac.new(key.encode(), event_hash.encode(), hashlib.sha256).hexdigest()


def key_id(key: str) -> str:
    """The name of a key, in events and messages: the same for the same key, and nothing can be learned of it."""
    return hmac.new(key.encode(), b"plumbline.audit.key_id", hashlib.sha256).hexdigest()[:12]


def sealing_key(event_hash: str, mac: str, keys: Iterable[str]) -> str | None:
    """The one of these keys that made a MAC; None for none of them."""
    return next((key for key in keys if hmac.compare_digest(mac.encode(), seal(event_hash, key).encode())), None)


def verify(
    events: Iterable[Event],
    *,
    keys: Sequence[str],
    heads: Iterable[Head] = (),
    after: Head = BEGINNING,
    on_progress: Callable[[int], None] | None = None,
) -> Verification:
    """Verify the events in order of sequence, from the one after ``after`` on; stop at the first that does not verify.

    ``keys`` begins with the newest. ``on_progress`` is called with the count so far, every `PROGRESS_EVERY` events. Memory
    does not grow with their number.
    """
    noted: dict[int, set[str]] = {}
    for head in heads:
        noted.setdefault(head.sequence, set()).add(head.hash)
    previous, count, seals = after, 0, _Seals(keys)
    for event in events:
        reason = _fault(event, previous, seals, noted)
        if reason:
            return Verification(count, previous, BrokenLink(event.sequence, reason))
        previous, count = Head(event.sequence, event.hash), count + 1
        if on_progress and count % PROGRESS_EVERY == 0:
            on_progress(count)
    beyond = [sequence for sequence in noted if sequence > previous.sequence]
    if beyond:
        reason = f"it is missing: a noted head proves that event {max(beyond)} existed"
        return Verification(count, previous, BrokenLink(previous.sequence + 1, reason))
    return Verification(count, previous, None)


class _Seals:
    """Which keys the next event may have its MAC from: the one of the event before, or a newer one."""

    def __init__(self, keys: Sequence[str]) -> None:
        # Keyed once: keying anew for each of a million events would take as long as all the rest.
        self._left = [hmac.new(key.encode(), digestmod=hashlib.sha256) for key in reversed(keys)]
        several = "any of this installation's keys, or with one that was replaced before it"
        self.fault = f"its MAC was not made with {several if len(keys) > 1 else OWN_KEY}"

    def fit(self, event: Event) -> bool:
        for place, keyed in enumerate(self._left):
            mac = keyed.copy()
            mac.update(event.hash.encode())
            if hmac.compare_digest(event.mac.encode(), mac.hexdigest().encode()):
                del self._left[:place]
                return True
        return False


def _fault(event: Event, previous: Head, seals: _Seals, noted: dict[int, set[str]]) -> str | None:
    if event.sequence != previous.sequence + 1:
        return f"expected event {previous.sequence + 1} here: events are missing or in another order"
    if event.previous_hash != previous.hash:
        return "its previous hash is not the hash of the event before"
    if not all(isinstance(field, str) for field in event[1:]):
        return "it holds something other than text"
    if event.hash != link(*event[:7]):
        return "its hash does not match its content"
    if not seals.fit(event):
        return seals.fault
    if noted.get(event.sequence, {event.hash}) != {event.hash}:
        return "its hash differs from the hash in a noted head"
    return None
