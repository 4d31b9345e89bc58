def start(args:
    return args
