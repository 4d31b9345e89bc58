"""Values, ids, pipeline graph, reference grammar and the state machines of jobs. Pure: no clock, no chance, no I/O."""
