"""A module further down."""

import sibling

from ..sibling import NAME


def start(args):
    return {"names": [sibling.NAME, NAME], "module": __name__}
