"""The REST contract, row by row, against a live server."""
