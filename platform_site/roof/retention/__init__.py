"""What is deleted after its time, what never is, and why."""
