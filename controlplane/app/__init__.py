"""Settings, wiring, commands: where adapters and roles are put together. No behaviour of its own."""
