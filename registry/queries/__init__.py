"""The reads of the registry, each in a fixed number of queries."""
