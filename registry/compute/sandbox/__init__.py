"""A stranger's SQL: accepted by two parsers and an allow-list, run in a process of its own. Pure."""
