"""What somebody who can rewrite the database could do to five events, and the first event that shows it."""

from __future__ import annotations

from collections.abc import Callable

from platform_site.audit.chain import GENESIS, link, seal
from platform_site.audit.models import AuditEvent, AuditHead

rows = AuditEvent.objects


def rewrite_from(sequence: int, key: str = "forged") -> None:
    """Change one event and make everything after it fit again."""
    previous = rows.filter(sequence=sequence - 1).values_list("hash", flat=True).first() or GENESIS
    for event in rows.filter(sequence__gte=sequence).order_by("sequence"):
        fields = (event.sequence, event.at, "nobody", event.action, event.subject, event.payload, previous)
        event_hash = link(*fields)
        rows.filter(pk=event.pk).update(
            actor="nobody", previous_hash=previous, hash=event_hash, mac=seal(event_hash, key)
        )
        previous = event_hash
    AuditHead.objects.update(hash=previous)


def edit_with_its_hash() -> None:
    event = rows.get(sequence=3)
    fields = (3, event.at, "nobody", event.action, event.subject, event.payload, event.previous_hash)
    rows.filter(sequence=3).update(actor="nobody", hash=link(*fields))


def swap() -> None:
    for here, item in ((2, 90), (3, 2), (90, 3)):
        rows.filter(sequence=here).update(sequence=item)


def cut_the_tail() -> None:
    rows.filter(sequence__gt=3).delete()


def cut_the_tail_and_the_head() -> None:
    cut_the_tail()
    AuditHead.objects.update(sequence=3, hash=rows.get(sequence=3).hash)


def delete_all() -> None:
    rows.all().delete()
    AuditHead.objects.update(sequence=0, hash=GENESIS)


def forge_a_row(sequence: int = 6) -> None:
    last = rows.get(sequence=5)
    fields = (sequence, last.at, "eve", "pin.set", "model:six", "{}", last.hash)
    rows.create(
        **dict(zip(("sequence", "at", "actor", "action", "subject", "payload", "previous_hash"), fields, strict=True)),
        hash=link(*fields),
        mac=seal(link(*fields), "forged"),
    )
    AuditHead.objects.update(sequence=max(sequence, 5), hash=link(*fields) if sequence == 6 else last.hash)


TAMPERINGS: list[tuple[Callable[[], object], int]] = [
    (lambda: rows.filter(sequence=3).update(actor="nobody"), 3),
    (edit_with_its_hash, 3),
    (lambda: rows.filter(sequence=3).delete(), 4),
    (swap, 2),
    (cut_the_tail, 4),
    (cut_the_tail_and_the_head, 4),
    (delete_all, 1),
    (lambda: rewrite_from(3), 3),
    (forge_a_row, 6),
    (lambda: forge_a_row(0), 0),
    (lambda: forge_a_row(-7), -7),
    (lambda: AuditHead.objects.all().delete(), 6),
    (lambda: AuditHead.objects.update(sequence=2), 2),
    (lambda: AuditHead.objects.update(sequence=0, hash=GENESIS), 1),
    (lambda: rows.filter(sequence=4).update(payload="not JSON"), 4),
]
