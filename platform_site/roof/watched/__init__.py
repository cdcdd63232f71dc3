"""The processes that nobody sees: what says that they live, and what follows when they do not."""
