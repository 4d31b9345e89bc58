"""Counts its calls in a global and leaves a mark on its arguments."""

calls = 0


def start(args):
    global calls
    calls += 1
    marked = "mark" in args or "mark" in args["info"] or "mark" in args["input"][0]
    args["mark"] = args["info"]["mark"] = args["input"][0]["mark"] = True
    return [calls, marked]
