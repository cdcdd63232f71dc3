"""The only writes of health: each checks access, collects every fault, writes and records its audit event."""
