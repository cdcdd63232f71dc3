"""What can be said of lineage events without the database."""
