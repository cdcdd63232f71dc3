"""The writes of checks: each requires access, collects every fault, writes, and records its audit event."""
