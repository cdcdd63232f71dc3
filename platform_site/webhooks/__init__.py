"""Webhooks: events of the audit log, sent to where leads want them, signed, retried and on record."""
