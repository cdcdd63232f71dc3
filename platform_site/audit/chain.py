"""The audit chain: canonical text, hash, MAC and verification. Pure.

Each event hashes its own canonical text together with the hash of the event before (SHA-256); the MAC (HMAC-SHA256)
is keyed by a secret that lives outside the database, so that somebody who can rewrite every row still cannot make
the chain verify. A chain that was cut off at its end still verifies: only a head stored elsewhere shows the cut.

>>> link(1, "2026-01-05T08:00:00+00:00", "lead", "check.run_finished", "check_run:1", "{}", GENESIS)[:12]
'178047f345a3'
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

GENESIS = "0" * 64
PROGRESS_EVERY = 10_000


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


def link(sequence: int, at: str, actor: str, action: str, subject: str, payload: str, previous_hash: str) -> str:
    """The event's hash: SHA-256 over a JSON list of its fields, so that no field can run into the next."""
    text = json.dumps([sequence, at, actor, action, subject, payload, previous_hash])
    return hashlib.sha256(text.encode()).hexdigest()


def seal(event_hash: str, key: str) -> str:
    """The event's MAC: HMAC-SHA256 of its hash."""
    return hmac.new(key.encode(), event_hash.encode(), hashlib.sha256).hexdigest()


def verify(
    events: Iterable[Event], *, key: str, heads: Iterable[Head] = (), on_progress: Callable[[int], None] | None = None
) -> Verification:
    """Verify the events in order of sequence; stop at the first that does not verify.

    ``on_progress`` is called with the count so far, every `PROGRESS_EVERY` events. Memory does not grow with their number.
    """
    noted: dict[int, set[str]] = {}
    for head in heads:
        noted.setdefault(head.sequence, set()).add(head.hash)
    previous, count, keyed = Head(0, GENESIS), 0, hmac.new(key.encode(), digestmod=hashlib.sha256)
    for event in events:
        reason = _fault(event, previous, keyed, noted)
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


def _fault(event: Event, previous: Head, keyed: hmac.HMAC, noted: dict[int, set[str]]) -> str | None:
    if event.sequence != previous.sequence + 1:
        return f"expected event {previous.sequence + 1} here: events are missing or in another order"
    if event.previous_hash != previous.hash:
        return "its previous hash is not the hash of the event before"
    if not all(isinstance(field, str) for field in event[1:]):
        return "it holds something other than text"
    if event.hash != link(*event[:7]):
        return "its hash does not match its content"
    mac = keyed.copy()  # keying anew for each of a million events would take as long as all the rest
    mac.update(event.hash.encode())
    if not hmac.compare_digest(event.mac.encode(), mac.hexdigest().encode()):
        return "its MAC was not made with this installation's key"
    if noted.get(event.sequence, {event.hash}) != {event.hash}:
        return "its hash differs from the hash in a noted head"
    return None
