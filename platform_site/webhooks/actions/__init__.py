"""Every write: add and change webhooks, make deliveries from the audit log, send and retry them."""
