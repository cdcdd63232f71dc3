"""The composition root and the small foundations that both rooms stand on. It loads nothing: `text` is pure."""
