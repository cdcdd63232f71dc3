"""The reads of health, each in a fixed number of queries."""
