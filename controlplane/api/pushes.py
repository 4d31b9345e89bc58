"""Pushes to git repositories: which algorithms are built from there, and applying the new commit to them."""

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from controlplane.api.algorithm_apply import AlgorithmApply
from controlplane.api.methods import Caller, check
from controlplane.domain.catalog_records import ALGORITHMS, unpack_algorithm
from controlplane.domain.errors import InvalidError, NotFoundError
from controlplane.ports.state_store import StateStore, scan
from distributedkube.api.algorithm.v1 import algorithm_pb2
from distributedkube.api.algorithm.v1 import algorithm_service_pb2 as algorithm_service
from distributedkube.api.build.v1 import build_service_pb2 as service


@dataclass(frozen=True, slots=True)
class Push:
    """What was pushed where."""

    web_url: str
    branch: str
    commit: algorithm_pb2.GitCommit | None
    """The first one; None when nothing was pushed, as when a branch is deleted."""


def gitlab_push(request: service.ReceiveGitlabPushRequest) -> Push:
    commits = [_commit(commit.id, commit.timestamp, commit.message) for commit in request.commits[:1]]
    return Push(request.repository.homepage, _branch(request.ref), next(iter(commits), None))


def github_push(request: service.ReceiveGithubPushRequest) -> Push:
    """Raises ``InvalidError`` for what is no JSON of a push."""
    try:
        event = json.loads(request.payload)
    except (ValueError, RecursionError):
        raise InvalidError("data.payload should be the JSON text of a push event", field="payload") from None
    repository, commits = _dict(event).get("repository"), _dict(event).get("commits")
    first = _dict(commits[0]) if isinstance(commits, list) and commits else None
    commit = _commit(*(str(first.get(key) or "") for key in ("id", "timestamp", "message"))) if first else None
    return Push(str(_dict(repository).get("url") or ""), _branch(str(_dict(event).get("ref") or "")), commit)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _branch(ref: str) -> str:
    """``refs/heads/main`` is branch ``main``; the name of a branch may have slashes itself."""
    return ref.split("/", 2)[2] if ref.count("/") >= 2 else ""


def _commit(commit_id: str, timestamp: str, message: str) -> algorithm_pb2.GitCommit:
    return algorithm_pb2.GitCommit(id=commit_id, timestamp=timestamp, message=message)


class Pushes:
    """Applies pushed commits."""

    def __init__(self, *, store: StateStore, apply: AlgorithmApply) -> None:
        self._store = store
        self._apply = apply

    async def apply(self, push: Push, caller: Caller) -> Sequence[algorithm_service.ApplyAlgorithmResponse]:
        """Applies the commit to each algorithm of the repository and branch.

        Raises ``NotFoundError`` when there is none, and ``InvalidError`` for a commit that breaks a rule of the contract.
        """
        if push.commit is None:
            raise NotFoundError("url", "")
        applied = [
            await self._apply.apply(_request(name, repository, push.commit), caller)
            async for name, repository in self._built_from(push)
        ]
        if not applied:
            raise NotFoundError("url", push.web_url)
        return applied

    async def _built_from(self, push: Push) -> AsyncGenerator[tuple[str, algorithm_pb2.GitRepository], None]:
        async for entry in scan(self._store, ALGORITHMS):
            record = unpack_algorithm(entry.value)
            if record.type == "Git":
                repository = algorithm_pb2.Algorithm.FromString(record.document).git_repository
                if (repository.web_url, repository.branch_name) == (push.web_url, push.branch):
                    yield record.name, repository


def _request(
    name: str, repository: algorithm_pb2.GitRepository, commit: algorithm_pb2.GitCommit
) -> algorithm_service.ApplyAlgorithmRequest:
    algorithm = algorithm_pb2.Algorithm(name=name, type=algorithm_pb2.Algorithm.TYPE_GIT, git_repository=repository)
    algorithm.git_repository.commit.CopyFrom(commit)
    request = algorithm_service.ApplyAlgorithmRequest(algorithm=algorithm)
    check(request)
    return request
