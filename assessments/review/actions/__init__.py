"""What people and schedules change: subscriptions to the review, and its mails."""
