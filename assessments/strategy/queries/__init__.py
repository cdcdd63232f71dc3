"""The reads of strategy, each in a fixed number of queries."""
