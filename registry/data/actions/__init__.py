"""The only writes: each checks access, collects every fault, writes and records its audit event of data."""
