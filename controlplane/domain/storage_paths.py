"""Paths under which clients know data of jobs, and which objects of ours these are.

Clients know buckets that are named after the installation, and a path in one of them. We keep one object store with keys of
our own; this is how the two correspond (``<cluster>`` is ``local`` unless configured otherwise):

==========================================  ==========================================  =====================================
path                                        what                                        where it is
==========================================  ==========================================  =====================================
``<cluster>-hkube/<job>/<task id>``         output of a task                            the job's journal, or an object
``<cluster>-hkube/<job>/<job>``             flow input of a job                         the job's record, or an object
``<cluster>-hkube/<job>/<rest>``            an object of a job                          object ``job/<job>/<rest>``
``<cluster>-hkube-builds/<file>``           code of an algorithm                        object ``source/<file>``
other buckets                               nothing: what they held is in the state     -
                                            store and has routes of its own
==========================================  ==========================================  =====================================

The bucket may be left out of paths in the first one, and keys of our own (``job/...``, ``source/...``) are paths too.
"""

from typing import NamedTuple

DEFAULT_CLUSTER = "local"

JOB_OBJECTS = "job/"
SOURCE_OBJECTS = "source/"


class StoragePaths(NamedTuple):
    """The paths of one installation."""

    cluster: str = DEFAULT_CLUSTER

    @property
    def stem(self) -> str:
        """Name of the first bucket, and how the names of the others begin."""
        return f"{self.cluster}-hkube"

    def of_flow_input(self, job_id: str) -> str:
        """Path of what a job was given."""
        return f"{self.stem}/{job_id}/{job_id}"

    def of_output(self, job_id: str, task_id: str) -> str:
        """Path of the output of a task."""
        return f"{self.stem}/{job_id}/{task_id}"
