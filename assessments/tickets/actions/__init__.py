"""The writes of tickets: each checks access, collects every fault, writes, and records an audit event."""
