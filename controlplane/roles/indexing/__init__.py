"""Keeps the index of jobs up with the store, and searches it."""
