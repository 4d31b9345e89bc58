"""Uses the second argument."""


def start(args, api):
    match args["input"][0]:
        case "progress":
            api.send_progress(0.25, "a quarter", {"at": 1})
            return api.last_progress
        case "wait":
            print("in start", flush=True)
            api.cancelled.wait()
    return None
