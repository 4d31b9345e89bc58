"""Decisions: ordering, sharing, scaling. Pure: state and numbers in, decisions with reasons out."""
