"""One suite per port; ``state_stores.py`` and ``object_stores.py`` list the adapters that each runs against."""
