"""The only writes of the registry. Each is atomic, names its actor and records its audit event."""
