"""Everything that is wrong with a pipeline, as a list: for editors, which show all of it at once.

The sentences are those that storing and running end with; here nothing ends at the first.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import chain, islice

from controlplane.api.methods import ViolationError, violations_of
from controlplane.api.pipeline_records import algorithms_of, check_algorithm, check_form, stateless_nodes
from controlplane.api.pipelines import fill_defaults, flow_input_of, to_domain
from controlplane.domain import graph as graphs
from controlplane.domain.catalog_records import pipeline_key
from controlplane.domain.errors import DistributedKubeError, InvalidError
from controlplane.domain.pipeline import STREAM, NodeKind, Pipeline
from controlplane.domain.pipeline_rules import flow_faults, gateway_faults, spec_faults, store_faults
from controlplane.ports.state_store import StateStore
from distributedkube.api.pipeline.v1 import pipeline_design_service_pb2 as service
from distributedkube.api.pipeline.v1 import pipeline_pb2

MAX_PROBLEMS = 1000

Words = Callable[[ViolationError], InvalidError]
"""How REST says that a field of a pipeline breaks a rule, with the path of the field in JSON names."""

_FLOWS = "streaming.flows."
"""What comes after it is the name of a flow, which is no name of ours."""

_ERROR = service.Problem.SEVERITY_ERROR
_WARNING = service.Problem.SEVERITY_WARNING

_FIXES = {
    "NO_NODES": "Add a node with a nodeName and an algorithmName.",
    "TOO_MANY_NODES": "Move some of the nodes to a pipeline of their own and use a node of kind pipeline.",
    "RESERVED_NODE_NAME": "Give the node another name.",
    "DOT_IN_NODE_NAME": "Use a dash in place of the dot.",
    "DUPLICATE_NODE": "Give one of the nodes another name.",
    "BAD_REFERENCE": "References look like @node, #@node.path or @flowInput.path.",
    "UNKNOWN_NODE": "Name a node of this pipeline, or add one of that name.",
    "CYCLE": "Take one of the references or edges between these nodes away.",
    "NO_ALGORITHM_NAME": "Say which algorithm the node runs in algorithmName.",
    "NO_PIPELINE_NAME": "Name a stored pipeline in spec.name.",
    "REFERENCE_IN_STREAM": "Say in streaming.flows which node hands its messages to which.",
    "OUTPUT_IN_STREAM": "Remove the node; output nodes belong to batch pipelines.",
    "OUTPUT_HAS_CHILDREN": "Let other nodes refer to the parents of the output node.",
    "OUTPUT_WITHOUT_PARENTS": "Refer to the node whose output it shapes in its input.",
    "SEVERAL_OUTPUTS": "Keep one node of kind output.",
    "NOT_STATELESS": "Set stateType to stateless, or take the counts away.",
    "COUNTS_CROSSED": "Raise maxStatelessCount or lower minStatelessCount.",
    "GATEWAY_NOT_STATEFUL": "Set stateType to stateful or leave it out.",
    "NO_FLOW": "Add a flow such as A >> B to streaming.flows.",
    "NO_DEFAULT_FLOW": "Name one of the flows in streaming.defaultFlow.",
    "BAD_FLOW": "Flows look like A >> B&C >> D | A >> E and name nodes of this pipeline.",
    "FLOW_IN_BATCH": "Set kind to stream, or take streaming.flows away.",
    "STATELESS_ENTRY": "Begin flows with a node whose stateType is stateful.",
    "NOT_IN_FLOW_INPUT": "Add it to flowInput, or send it with each run.",
    "ALGORITHM_NOT_READY": "Give the algorithm an image or code.",
    "NOT_FOUND": "Store it first, or correct the name.",
}
"""What to do, by the reason of an error."""


async def problems_of(pipeline: pipeline_pb2.Pipeline, store: StateStore, words: Words) -> list[service.Problem]:
    """All that is wrong, errors first, at most ``MAX_PROBLEMS``; the pipeline gets its defaults filled in."""
    errors = [_problem(fault, _ERROR) for fault in _form_faults(pipeline, words)]
    fill_defaults(pipeline)
    warnings: list[service.Problem] = []
    try:
        engine = to_domain(pipeline)
    except InvalidError as error:
        errors.append(_problem(error, _ERROR))
    else:
        rules = islice(chain(store_faults(engine), gateway_faults(engine)), MAX_PROBLEMS)
        errors += [_problem(fault, _ERROR) for fault in rules]
        errors += [problem async for problem in _algorithm_problems(engine, store)]
        warnings += [_problem(fault, _WARNING) for fault in spec_faults(engine)]
        warnings += [_problem(fault, _WARNING) for fault in flow_faults(engine, await stateless_nodes(engine, store))]
        warnings += [problem async for problem in _nested_problems(engine, store)]
        if not errors:
            warnings += [_problem(fault, _WARNING) for fault in _flow_input_faults(pipeline, engine)]
    return _each_once([*errors, *warnings])[:MAX_PROBLEMS]


def _form_faults(pipeline: pipeline_pb2.Pipeline, words: Words) -> Iterator[InvalidError]:
    for violation in violations_of(pipeline):
        yield words(violation)
    try:
        check_form(pipeline)
    except InvalidError as error:
        yield error


async def _algorithm_problems(engine: Pipeline, store: StateStore) -> AsyncIterator[service.Problem]:
    for name in filter(None, algorithms_of(engine)):
        try:
            await check_algorithm(name, store)
        except DistributedKubeError as error:
            for i, node in enumerate(engine.nodes):
                if node.algorithm == name:
                    yield _problem(error, _ERROR, f"nodes[{i}].algorithm_name")


async def _nested_problems(engine: Pipeline, store: StateStore) -> AsyncIterator[service.Problem]:
    """Pipelines in nodes may be stored later: only a run needs them."""
    for i, node in enumerate(engine.nodes):
        if node.kind is not NodeKind.PIPELINE or not isinstance(node.spec, dict):
            continue
        name = node.spec.get("name")
        if isinstance(name, str) and not node.spec.get("nodes") and await store.get(pipeline_key(name)) is None:
            error = InvalidError(f"pipeline {name} Not Found", reason="NOT_FOUND")
            yield _problem(error, _WARNING, f"nodes[{i}].spec.name")


def _flow_input_faults(pipeline: pipeline_pb2.Pipeline, engine: Pipeline) -> Iterator[InvalidError]:
    if engine.kind == STREAM:
        return
    _, value = flow_input_of(pipeline)
    try:
        graphs.flow_input_shapes(graphs.build(engine), value)
    except InvalidError as error:
        yield error


def _problem(
    error: DistributedKubeError, severity: "service.Problem.Severity.ValueType", field: str = ""
) -> service.Problem:
    return service.Problem(
        severity=severity,
        path=json_path(field or error.field),
        code=error.why,
        message=error.message,
        fix=_FIXES.get(error.why, ""),
    )


def json_path(field: str) -> str:
    """Path of a field of a pipeline, in names of protos or of JSON, as a JSON path."""
    fields, flows, name = field.partition(_FLOWS)
    steps = re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda match: match[1].upper(), fields + flows.removesuffix("."))
    if name:
        steps += f".{name}" if name.isidentifier() else f"[{json.dumps(name)}]"
    return f"$.{steps}" if steps else "$"


def _each_once(problems: Iterable[service.Problem]) -> list[service.Problem]:
    """Without what was found twice: some rules are asked for in more than one way."""
    seen: set[tuple[str, str]] = set()
    kept: list[service.Problem] = []
    for problem in problems:
        key = (problem.path, problem.message)
        if key not in seen:
            seen.add(key)
            kept.append(problem)
    return kept
