"""The only writes of the assessments. Each is atomic, names its actor and records its audit event."""
