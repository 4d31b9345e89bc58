"""``python -m distributedkube.worker.agent``."""

from distributedkube.worker.agent.process import main

main()
