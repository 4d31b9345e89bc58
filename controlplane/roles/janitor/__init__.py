"""Removes what has been kept long enough. Not what is in use."""
