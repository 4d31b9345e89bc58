"""The control plane of DistributedKube. One program, several roles; see ARCHITECTURE.md."""
