"""Reads, each in a fixed number of queries of strategy."""
