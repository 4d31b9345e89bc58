"""ReadmeService: texts beside algorithms and pipelines."""

from controlplane.api.methods import Caller
from controlplane.domain.catalog_records import algorithm_key, pipeline_key
from controlplane.domain.readmes import Described
from controlplane.ports.readmes import delete_readme, read_readme, write_readme
from controlplane.ports.state_store import StateStore
from distributedkube.api.readme.v1 import readme_service_pb2 as service

OK = "OK"


class ReadmeServicer:
    def __init__(self, *, store: StateStore) -> None:
        self._store = store

    async def get_algorithm_readme(
        self, request: service.GetAlgorithmReadmeRequest, caller: Caller
    ) -> service.GetAlgorithmReadmeResponse:
        text = await read_readme(self._store, Described.ALGORITHM, request.name)
        return service.GetAlgorithmReadmeResponse(name=request.name, readme=text)

    async def put_algorithm_readme(
        self, request: service.PutAlgorithmReadmeRequest, caller: Caller
    ) -> service.PutAlgorithmReadmeResponse:
        owner = algorithm_key(request.name)
        await write_readme(self._store, Described.ALGORITHM, request.name, request.readme, owner)
        return service.PutAlgorithmReadmeResponse(message=OK)

    async def delete_algorithm_readme(
        self, request: service.DeleteAlgorithmReadmeRequest, caller: Caller
    ) -> service.DeleteAlgorithmReadmeResponse:
        await delete_readme(self._store, Described.ALGORITHM, request.name)
        return service.DeleteAlgorithmReadmeResponse(message=OK)

    async def get_pipeline_readme(
        self, request: service.GetPipelineReadmeRequest, caller: Caller
    ) -> service.GetPipelineReadmeResponse:
        text = await read_readme(self._store, Described.PIPELINE, request.name)
        return service.GetPipelineReadmeResponse(name=request.name, readme=text)

    async def put_pipeline_readme(
        self, request: service.PutPipelineReadmeRequest, caller: Caller
    ) -> service.PutPipelineReadmeResponse:
        owner = pipeline_key(request.name)
        await write_readme(self._store, Described.PIPELINE, request.name, request.readme, owner)
        return service.PutPipelineReadmeResponse(message=OK)

    async def delete_pipeline_readme(
        self, request: service.DeletePipelineReadmeRequest, caller: Caller
    ) -> service.DeletePipelineReadmeResponse:
        await delete_readme(self._store, Described.PIPELINE, request.name)
        return service.DeletePipelineReadmeResponse(message=OK)
