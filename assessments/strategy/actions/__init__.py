"""The only writes of strategy: each checks access, collects every fault, writes and records its audit event."""
