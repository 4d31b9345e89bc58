"""Turns demand and capacity into workers: starts, warms and stops them. Decides by ``scheduling.worker_plan``."""
