"""AlgorithmService: applying, listing, finding and deleting algorithms."""

from collections.abc import AsyncGenerator

from controlplane.api import algorithms
from controlplane.api.algorithm_apply import AlgorithmApply
from controlplane.api.algorithm_deletion import AlgorithmDeletion
from controlplane.api.algorithm_search import Wanted, name_filter, projection
from controlplane.api.methods import Caller
from controlplane.api.paging import Room, read_token, write_token
from controlplane.domain.catalog_records import ALGORITHM_ORDER, AlgorithmRecord, algorithm_key, unpack_algorithm
from controlplane.domain.errors import InvalidError
from controlplane.ports.algorithm_records import must_find_algorithm
from controlplane.ports.placement import Placement
from controlplane.ports.state_store import StateStore
from controlplane.ports.system import Clock
from distributedkube.api.algorithm.v1 import algorithm_service_pb2 as service

MAX_PAGE = 1000
DEFAULT_HITS = 100


class AlgorithmServicer:
    def __init__(
        self,
        *,
        store: StateStore,
        apply: AlgorithmApply,
        deletion: AlgorithmDeletion,
        placement: Placement,
        clock: Clock,
    ) -> None:
        self._store = store
        self._apply = apply
        self._deletion = deletion
        self._placement = placement
        self._clock = clock

    async def apply_algorithm(
        self, request: service.ApplyAlgorithmRequest, caller: Caller
    ) -> service.ApplyAlgorithmResponse:
        return await self._apply.apply(request, caller)

    async def list_algorithms(
        self, request: service.ListAlgorithmsRequest, caller: Caller
    ) -> service.ListAlgorithmsResponse:
        size = min(request.page_size or request.limit or MAX_PAGE, MAX_PAGE)
        wanted = Wanted(name=name_filter(request.name))
        reasons = {unplaced.algorithm: unplaced.sentence for unplaced in self._placement.unplaced()}
        response = service.ListAlgorithmsResponse()
        last = read_token(request.page_token)
        room, is_full = Room(), False
        async for key, record in self._ordered(wanted, after=last, reverse=request.sort == "desc"):
            if is_full or len(response.algorithms) == size:
                response.next_page_token = write_token(last)
                break
            last = key
            message = response.algorithms.add()
            message.CopyFrom(algorithms.to_message(record))
            message.unscheduled_reason = reasons.get(record.name, "")
            is_full = not room.take(message)
        return response

    async def search_algorithms(
        self, request: service.SearchAlgorithmsRequest, caller: Caller
    ) -> service.SearchAlgorithmsResponse:
        began = self._clock.monotonic()
        wanted = Wanted(
            name=name_filter(request.name),
            kind=request.kind,
            image=request.algorithm_image if request.HasField("algorithm_image") else None,
            pending=request.pending if request.HasField("pending") else None,
        )
        show = projection(request.fields)
        limit = request.limit or DEFAULT_HITS
        skip = 0 if request.cursor else (max(request.page, 1) - 1) * limit
        response = service.SearchAlgorithmsResponse()
        last = ""
        room, is_full = Room(), False
        async for key, record in self._ordered(wanted, after=_cursor(request.cursor), reverse=request.sort != "asc"):
            if skip:
                skip -= 1
                continue
            if is_full or len(response.hits) == limit:
                break
            last = key
            message = show(algorithms.to_message(record))
            response.hits.append(message)
            is_full = not room.take(message)
        response.cursor = write_token(last)
        response.time_took = f"{(self._clock.monotonic() - began) * 1000:.2f}ms"
        return response

    async def _ordered(
        self, wanted: Wanted, *, after: str, reverse: bool
    ) -> AsyncGenerator[tuple[str, AlgorithmRecord], None]:
        """Algorithms that are wanted, by the time they were first stored, with the keys of that order."""
        while True:
            page = await self._store.range(ALGORITHM_ORDER, after=after, limit=MAX_PAGE, reverse=reverse)
            for entry in page.entries:
                after = entry.key
                name = after.rpartition("/")[2]
                if not wanted.has_name(name):
                    continue
                stored = await self._store.get(algorithm_key(name))
                if stored is not None and wanted.matches(record := unpack_algorithm(stored.value)):
                    yield after, record
            if not page.more:
                return

    async def get_algorithm(self, request: service.GetAlgorithmRequest, caller: Caller) -> service.GetAlgorithmResponse:
        found = await must_find_algorithm(self._store, request.name)
        return service.GetAlgorithmResponse(algorithm=algorithms.to_message(found.record))

    async def delete_algorithm(
        self, request: service.DeleteAlgorithmRequest, caller: Caller
    ) -> service.DeleteAlgorithmResponse:
        keeps_versions = request.keep_old_versions or not request.HasField("keep_old_versions")
        related = await self._deletion.delete(
            request.name, force=request.force, keep_versions=keeps_versions, user=caller.user
        )
        return service.DeleteAlgorithmResponse(
            message=f"algorithm {request.name} successfully deleted from store. related data deleted: {related}"
        )


def _cursor(text: str) -> str:
    """The key in a cursor; empty for none. Raises ``InvalidError`` for one that we did not make."""
    try:
        key = read_token(text)
    except InvalidError:
        key = None
    if key is None or (text and not key.startswith(ALGORITHM_ORDER)):
        raise InvalidError("please provide a valid cursor", field="cursor")
    return key
