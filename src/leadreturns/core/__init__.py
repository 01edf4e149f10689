"""Pure domain: values in, values out. No file, no database, no clock."""
