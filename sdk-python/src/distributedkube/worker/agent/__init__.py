"""The agent: the process that stands between the control plane and the runners with the user's code.

It never decodes user data and never runs user code. Pure decisions are in `credit` and `outbox`; `book` knows every
task that the worker holds; `session` speaks to the control plane, `runner` to one runner; `process` starts and ends
it all.
"""

from distributedkube.worker.agent.process import main

__all__ = ["main"]
