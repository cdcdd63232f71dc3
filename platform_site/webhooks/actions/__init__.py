"""Every write: webhooks added and changed, deliveries made of the log, sent and sent again."""
