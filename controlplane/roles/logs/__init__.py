"""Keeps what user code prints, by job. Not the program's own log."""
