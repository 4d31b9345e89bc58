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

from controlplane.domain.errors import InvalidError
from controlplane.domain.ids import task_place

DEFAULT_CLUSTER = "local"

JOB_OBJECTS = "job/"
SOURCE_OBJECTS = "source/"

_OBJECTS = {"": JOB_OBJECTS, "-builds": SOURCE_OBJECTS}
"""Buckets that correspond to objects of ours, by what their names end with."""

_BUCKETS = (
    "",
    "-persistency",
    "-results",
    "-metadata",
    "-store",
    "-execution",
    "-index",
    "-builds",
    "-algo-metrics",
    "-datasource",
)


class StoragePlace(NamedTuple):
    """What a path means."""

    bucket: str
    rest: str
    """What follows the bucket; empty for all of it."""
    objects: str
    """What keys of our objects in that bucket begin with; empty when it has none."""

    @property
    def key(self) -> str:
        """Key of the object, or what keys of the objects below begin with."""
        return self.objects + self.rest

    @property
    def output(self) -> tuple[str, str] | None:
        """Job and task whose output this is; None when it is none."""
        job_id, _, task = self.rest.partition("/")
        return (job_id, task) if self.objects == JOB_OBJECTS and task_place(task) is not None else None

    @property
    def flow_input(self) -> str:
        """Job whose flow input this is; empty when it is none."""
        job_id, _, again = self.rest.partition("/")
        return job_id if self.objects == JOB_OBJECTS and job_id == again else ""


class StoragePaths(NamedTuple):
    """The paths of one installation."""

    cluster: str = DEFAULT_CLUSTER

    @property
    def stem(self) -> str:
        """Name of the first bucket, and how the names of the others begin."""
        return f"{self.cluster}-hkube"

    @property
    def buckets(self) -> tuple[str, ...]:
        """Names of all buckets."""
        return tuple(self.stem + end for end in _BUCKETS)

    def of_flow_input(self, job_id: str) -> str:
        """Path of what a job was given."""
        return f"{self.stem}/{job_id}/{job_id}"

    def of_output(self, job_id: str, task_id: str) -> str:
        """Path of the output of a task."""
        return f"{self.stem}/{job_id}/{task_id}"

    def of_object(self, place: StoragePlace, key: str) -> str:
        """Path of an object in the bucket of ``place``, as lists of keys show it: with a slash before it."""
        return f"/{place.bucket}/{key.removeprefix(place.objects)}"

    def place(self, path: str) -> StoragePlace:
        """What a path means. Raises ``InvalidError`` for one that leads out of its bucket."""
        parts = path.removeprefix("/").split("/")
        if "\0" in path or any(part in ("", ".", "..") for part in parts):
            raise InvalidError(
                "a path is made of names with single slashes between them, and none of dots", field="path"
            )
        for end, objects in _OBJECTS.items():
            if parts[0] == objects[:-1]:
                return StoragePlace(self.stem + end, "/".join(parts[1:]), objects)
        if parts[0] not in self.buckets:
            parts.insert(0, self.stem)
        rest = "/".join(parts[1:])
        objects = _OBJECTS.get(parts[0].removeprefix(self.stem), "")
        if objects and rest.startswith(objects):  # A key of ours behind the name of its bucket.
            rest = rest.removeprefix(objects)
        return StoragePlace(parts[0], rest, objects)
