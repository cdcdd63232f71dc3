"""The receipt of a pack: its digest, every file with its digest and the name, digest and kind of every row, the head.

It is kept outside the pack. Its own digest is in the event that the chain has of the handing out, so that a receipt cannot
be made up; `verify.py`, which both are read by, holds a pack to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from platform_site.audit import chain
from platform_site.audit.chain import Event
from registry.regulation.pack import verify
from registry.regulation.pack.archive import Pack


def body_of(pack: Pack) -> dict[str, Any]:
    """What a receipt says of a pack."""
    return {
        "format": verify.FORMAT,
        "subject": pack.subject,
        "sha256": hashlib.sha256(pack.content).hexdigest(),
        "bytes": len(pack.content),
        "head": pack.head._asdict(),
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "rows": verify.rows(name, content)}
            for name, content in sorted(pack.files.items())
        },
    }


def digest(body: Mapping[str, Any]) -> str:
    """The SHA-256 of what a receipt says."""
    return hashlib.sha256(verify.canonical(body).encode()).hexdigest()


def payload_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain keeps of a receipt: digests, how many rows of each kind there are, and the head before it."""
    counts = {name: verify.count(entry["rows"]) for name, entry in body["files"].items()}
    return {name: body[name] for name in ("sha256", "bytes", "head")} | {"counts": counts, "receipt": digest(body)}


def text_of(body: Mapping[str, Any], event: Event) -> str:
    """The receipt as it is stored and handed out: what it says, and the event that it is anchored in."""
    return chain.canonical({"receipt": body, "event": event._asdict()})
