"""The engine on virtual time: all its roles over the in-memory adapters, simulated workers, seeded faults, checkers."""
