"""One search over everything that has a name: see `queries.search`."""
