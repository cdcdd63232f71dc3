"""What is known from lineage events."""
