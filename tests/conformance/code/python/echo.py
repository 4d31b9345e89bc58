"""Gives back its input."""


def start(args):
    return args["input"]
