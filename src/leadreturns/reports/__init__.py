"""Records → Table, pure."""
