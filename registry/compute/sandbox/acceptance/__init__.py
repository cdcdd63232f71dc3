"""Whether an expression may be stored and run as feature logic, and its canonical form. Nothing here runs it."""
