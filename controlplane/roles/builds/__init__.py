"""Runs builds and makes what they made current. Not how something is built: that is the ``ImageBuilder``."""
