"""Uses the second argument."""

from distributedkube.worker.errors import DistributedKubeError


def start(args, api):
    match args["input"][0]:
        case "progress":
            api.send_progress(0.25, "a quarter", {"at": 1})
            return api.last_progress
        case "call":
            try:
                return api.start_algorithm("other", [1])
            except DistributedKubeError as error:
                return type(error).__name__
        case "wait":
            print("in start", flush=True)
            api.cancelled.wait()
    return None
