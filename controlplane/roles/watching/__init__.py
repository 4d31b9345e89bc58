"""Live topics: computed once for all who watch them, only while somebody does. Never on the way of a task."""
