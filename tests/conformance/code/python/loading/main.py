"""Imports a neighbour in both ways and opens a file beside it."""

import os

import sibling

from .sibling import NAME


def start(args):
    with open("data.txt") as file:
        return {"names": [sibling.NAME, NAME], "file": file.read(), "cwd": os.getcwd()}
