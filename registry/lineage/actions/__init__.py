"""What is done with lineage events: the only writes."""
