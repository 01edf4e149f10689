"""Table → terminal, csv, json and documents."""
