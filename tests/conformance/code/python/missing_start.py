"""Is no algorithm."""


def begin(args):
    return args
