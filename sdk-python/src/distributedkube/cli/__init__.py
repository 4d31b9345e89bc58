"""``distributedkubectl``, the command line over REST. It knows no gRPC, and starts fast: what a command needs it
imports itself."""
