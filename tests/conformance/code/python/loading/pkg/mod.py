"""A module further down."""

import sibling

from ..sibling import NAME  # noqa: TID252 - the point of it


def start(args):
    return {"names": [sibling.NAME, NAME], "module": __name__}
