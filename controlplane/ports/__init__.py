"""The outside world as small interfaces; adapters implement them, roles use them. No behaviour here."""
