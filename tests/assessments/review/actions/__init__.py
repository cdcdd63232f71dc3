"""Subscriptions to the review, and its mails."""
