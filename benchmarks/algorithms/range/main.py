def start(args):
    return list(range(1, args["input"][0] + 1))
