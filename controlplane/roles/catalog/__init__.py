"""Follows the stored algorithms, so that queues and scaling know without asking what can run. Not where they are stored."""
