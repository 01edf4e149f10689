"""File → text → typed rows. Knows nothing of the store or of decisions."""
