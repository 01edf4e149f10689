"""Bulk lead returns: read a buyer's file, decide each row by the terms, book the money."""

__version__ = "0.1.0"
