"""Raises where its input says."""


class OwnError(Exception):
    pass


def fail(args, place):
    if args["input"][0] == place:
        try:
            raise KeyError("the root")
        except KeyError as error:
            raise OwnError(f"failed in {place}") from error


def init(args):
    fail(args, "init")


def start(args):
    fail(args, "start")
    if args["input"][0] == "unencodable":
        return [1, {2: object()}]
    if args["input"][0] == "exit":
        raise SystemExit(4)
    return "fine"


def stop(options):
    raise OwnError("failed in stop")


def exit(options):
    raise OwnError("failed in exit")
