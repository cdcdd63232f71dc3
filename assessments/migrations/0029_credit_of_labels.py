"""Who labelled a ticket and what was suggested before stand on the ticket; until now only the audit log had them."""

import json

from django.db import migrations, models

BATCH = 500
PERSON, SUGGESTERS = "person", {"rule", "model"}


def read_events(apps, schema_editor):
    """Give every labelled ticket the credit that its events have."""
    credits = {}
    events = apps.get_model("audit", "AuditEvent").objects.order_by("sequence")
    events = events.filter(action__in=["ticket.recorded", "ticket.changed"], payload__contains='"type')
    for subject, actor, payload in events.values_list("subject", "actor", "payload").iterator():
        credit = credit_after(credits.get(subject), actor, payload)
        if credit:
            credits[subject] = credit
        else:
            credits.pop(subject, None)
    tickets = apps.get_model("assessments", "Ticket").objects
    labelled, changed = tickets.filter(typed_by=PERSON).only("source", "external_id", "type"), []
    for ticket in labelled.iterator() if credits else []:
        if credit := credits.get(f"ticket:{ticket.source}/{ticket.external_id}"):
            by, suggested = credit
            ticket.labelled_by, ticket.suggested_type = by, ticket.type if suggested is None else suggested
            changed.append(ticket)
    tickets.bulk_update(changed, ["labelled_by", "suggested_type"], batch_size=BATCH)


def credit_after(before, actor, payload):
    """Who labelled a ticket, and the type that was suggested before, after one of its events."""
    try:
        content = json.loads(payload)
    except ValueError:
        return before
    if not isinstance(content, dict):
        return before
    chooser, kind = content.get("typed_by"), content.get("type")
    if isinstance(chooser, str):  # of a new ticket
        return (actor, "") if chooser == PERSON else None
    if isinstance(chooser, dict):
        if chooser.get("to") != PERSON:
            return None
        return (actor, suggestion(kind) if chooser.get("from") in SUGGESTERS else "")
    if before and isinstance(kind, dict):  # another person's label replaces the first
        return (actor, suggestion(kind) if before[1] is None else before[1])
    return before


def suggestion(kind):
    """The type that was there before a change; None where it stayed, so that the ticket still has it."""
    return kind.get("from", "") if isinstance(kind, dict) else None


class Migration(migrations.Migration):
    dependencies = [("assessments", "0028_retirements"), ("audit", "0002_append_only")]
    operations = [
        migrations.AddField(
            "ticket",
            "labelled_by",
            models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="Who chose the type; empty where no person did, or where it came with an import.",
                max_length=150,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "ticket",
            "suggested_type",
            models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="What was suggested before a person chose the type.",
                max_length=24,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(read_events, migrations.RunPython.noop),
    ]
