"""The runner: the process that loads the user's code and runs it, on its main thread, one task after another.

It lives in the environment of the algorithm, so it gets by with the standard library, msgpack and Python 3.9, and knows
nothing of gRPC or the control plane. It ends when the agent does.
"""
