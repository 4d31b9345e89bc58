"""The same with coroutines, and the second argument."""

import asyncio


async def init(args):
    await asyncio.sleep(0)
    args["ready"] = True


async def start(args, api):
    if args["input"] == ["wait"]:
        print("in start", flush=True)
        await asyncio.sleep(3600)
    await asyncio.sleep(0)
    return [args["ready"], api.cancelled.is_set()]
