"""SQL that users write: checked by two parsers and a list of what is allowed, and run in a separate process. Pure."""
