"""The API: servicers that decode, call and encode; one table of methods that gRPC and REST share."""
