"""Shows what `init` and `start` were given."""

seen = {}


def init(args):
    seen["input"] = list(args["input"])
    args["fromInit"] = 1
    args["input"].append("added")


def start(args):
    return {"args": {**args, "input": list(args["input"])}, "initInput": seen["input"]}
