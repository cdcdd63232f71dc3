"""What `manage.py bench NAME` measures, each against a peer in the same run. Never a test: figures, not verdicts."""
