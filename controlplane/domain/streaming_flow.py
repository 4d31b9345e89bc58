"""The language of flows in stream pipelines: which node hands its messages to which. Pure.

White space does not count::

    flow  = expr ("|" expr)*
    expr  = names (">>" names)+
    names = node ("&" node)*

``A >> B&C >> D`` has the relations A-B, A-C, B-D and C-D.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from controlplane.domain.errors import InvalidError

MAX_RELATIONS = 100_000
"""Of one flow: ``a&b&... >> c&d&...`` grows with the product of its sides."""


@dataclass(frozen=True, slots=True)
class FlowEdge:
    """One node hands messages to another."""

    source: str
    target: str


def parse_flow(name: str, text: str, nodes: Collection[str]) -> tuple[FlowEdge, ...]:
    """The relations of one flow in their order; raises ``InvalidError`` for what breaks the grammar."""
    text = re.sub(r"\s", "", text)
    if not text:
        raise _fault(name, f"invalid stream flow {name}")
    found: dict[FlowEdge, None] = {}
    for expression in text.split("|"):
        for relation in _relations(name, expression, nodes):
            if relation in found:
                raise _fault(name, f"duplicate relation found {relation.source} >> {relation.target} in flow {name}")
            found[relation] = None
            if len(found) > MAX_RELATIONS:
                raise _fault(name, f"stream flow {name} has more than {MAX_RELATIONS} relations")
    return tuple(found)


def _relations(name: str, expression: str, nodes: Collection[str]) -> Iterator[FlowEdge]:
    steps = expression.split(">>")
    if len(steps) == 1:
        raise _fault(name, f"stream flow {name} should have valid flow, example: A >> B")
    before = _names(name, steps[0], nodes)
    for left, step in pairwise(steps):
        if not step:
            raise _fault(name, f"invalid node name after {left}")
        after = _names(name, step, nodes)
        for source in before:
            for target in after:
                if source == target:
                    raise _fault(name, f"invalid relation found {source} >> {target} in flow {name}")
                yield FlowEdge(source, target)
        before = after


def _names(name: str, step: str, nodes: Collection[str]) -> list[str]:
    names = step.split("&")
    for node in names:
        if node not in nodes:
            raise _fault(name, f"invalid node {node} in stream flow {name}")
    return names


def choose_flow(flows: Mapping[str, str], default: str, key: str = "") -> str:
    """Name of the flow to show: the one asked for, else the default one, else the first by name."""
    if not flows:
        raise InvalidError("please specify a stream flow", reason="NO_FLOW", field="streaming.flows")
    chosen = key or default or min(flows)
    if chosen not in flows:
        raise _fault(chosen, f"invalid stream flow {chosen}")
    return chosen


def union(flows: Iterable[Iterable[FlowEdge]]) -> tuple[FlowEdge, ...]:
    """All relations of all flows, each once, in the order in which they first come."""
    return tuple(dict.fromkeys(relation for flow in flows for relation in flow))


def _fault(flow: str, text: str) -> InvalidError:
    return InvalidError(text, reason="BAD_FLOW", field=f"streaming.flows.{flow}")
