"""Drives jobs: owns their state machines, their journal and what becomes of their results. Knows no workers."""
