"""The SQLite store: the only layer that says SELECT."""
