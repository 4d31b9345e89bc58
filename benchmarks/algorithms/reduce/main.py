def start(args):
    return sum(args["input"][0])
