"""Random pipelines from a seed, as JSON: what a user would send."""

from random import Random

from controlplane.domain.values import Json
from controlplane.simulation.programs import STORED_SMALL

MAX_NODES = 7
MAX_TASKS = 60
"""Roughly, for one node: batches of batches must not explode."""

FLOW_INPUT: dict[str, Json] = {"list": [4, 5, 6], "empty": [], "one": 7, "deep": {"list": [{"k": 1}, {"k": 2}]}}

RAW = ("#[1...3]", "#[a,b]", "#[7]", "#[1...40]", "#[5...3]", "#[x, 1...4]")
RAW_SIZES = (3, 2, 1, 40, 0, 5)
LITERALS: tuple[Json, ...] = ("text", 5, {"a": [None, {}]}, [], "#no", "x @n0")
POLICIES = ("Never", "Always", "OnError", "OnCrash")


class PipelineMaker:
    """Makes one pipeline."""

    def __init__(self, random: Random, name: str) -> None:
        self._random = random
        self._name = name
        self._sizes: dict[str, int] = {}
        """Tasks of each node so far, about."""
        self._kinds: dict[str, str] = {}
        """Algorithm of each node, or ``pipeline``."""

    def make(self, *, level: int = 0) -> dict[str, Json]:
        """An acyclic pipeline with every kind of reference; ``level``: pipelines around it."""
        random = self._random
        nodes: list[Json] = []
        for i in range(random.randint(1, MAX_NODES - 2 * level)):
            name = f"n{i}"
            nested = level < 2 and random.random() < 0.08
            nodes.append(self._nested(name, level) if nested else self._node(name))
        pipeline: dict[str, Json] = {"name": self._name, "nodes": nodes, "flowInput": FLOW_INPUT}
        names = [f"n{i}" for i in range(len(nodes))]
        if len(names) > 1 and random.random() < 0.3:
            first, second = sorted(random.sample(range(len(names)), 2))
            pipeline["edges"] = [{"source": names[first], "target": names[second]}]
        return pipeline

    def _nested(self, name: str, level: int) -> dict[str, Json]:
        self._sizes[name], self._kinds[name] = 5, "pipeline"
        spec: Json = {"name": self._random.choice([STORED_SMALL, "stored-nest"])}
        if self._random.random() < 0.6:
            inner = PipelineMaker(self._random, f"{self._name}-{name}").make(level=level + 1)
            del inner["flowInput"]
            spec = {**inner, "flowInput": FLOW_INPUT}
        given: list[Json] = [f"@{self._random.choice(list(self._sizes))}"] if len(self._sizes) > 1 else []
        return {"nodeName": name, "kind": "pipeline", "spec": spec, "input": [g for g in given if g != f"@{name}"]}

    def _node(self, name: str) -> dict[str, Json]:
        random = self._random
        algorithm = random.choices(("alpha", "beta", "gamma", "caller"), (5, 3, 2, 2))[0]
        cartesian = random.random() < 0.3
        given: list[Json] = []
        size, elements = 1, 1
        for _ in range(random.randint(0, 3)):
            value, count, by_element = self._input()
            if by_element:
                elements = max(elements, count)
            elif count != 1:
                size = size * count if cartesian else max(size, count)
            if size * elements > MAX_TASKS:
                break
            given.append(value)
        if algorithm == "caller" and size * elements > 8:
            algorithm = "alpha"
        self._sizes[name], self._kinds[name] = min(size * elements, MAX_TASKS), algorithm
        node: dict[str, Json] = {
            "nodeName": name,
            "algorithmName": algorithm,
            "input": given,
            "batchOperation": "cartesian" if cartesian else "indexed",
            "retry": {"policy": random.choice(POLICIES), "limit": random.randint(1, 4)},
            "includeInResult": random.random() < 0.15,
        }
        if random.random() < 0.3:
            node["retry"]["backoffSeconds"] = random.choice([0.05, 0.5, 5.0])  # type: ignore[index, call-overload]
        return node

    def _input(self) -> tuple[Json, int, bool]:
        """A value, how many elements it fans out to, and whether it waits for single elements."""
        random = self._random
        parents = [n for n, kind in self._kinds.items() if kind != "pipeline" or random.random() < 0.3]
        kind = random.choices(
            ("@", "#@", "*@", "*#@", "raw", "flow", "literal"),
            (4, 3, 3, 1, 3, 2, 1) if parents else (0, 0, 0, 0, 3, 2, 1),
        )[0]
        if kind == "raw":
            number = random.randrange(len(RAW))
            return RAW[number], RAW_SIZES[number], False
        if kind == "flow":
            text, count = random.choice(
                [("@flowInput", 1), ("@flowInput.deep.list.0.k", 1), ("#@flowInput.list", 3), ("#@flowInput.empty", 0)]
            )
            return text, count, False
        if kind == "literal":
            literals: list[Json] = ["text", 5, {"a": [None, {}]}, [], "#no", "x @n0"]
            return random.choice(literals), 1, False
        parent = random.choice(parents)
        return self._reference(kind, parent)

    def _reference(self, sign: str, parent: str) -> tuple[Json, int, bool]:
        random = self._random
        algorithm, size = self._kinds[parent], self._sizes[parent]
        has_parts = algorithm in ("alpha", "caller")
        path = ".k" if has_parts and (sign in ("#@", "*#@") or random.random() < 0.4) else ""
        if sign == "#@" and size > 1 and random.random() < 0.5:
            path = ""
        if algorithm == "pipeline":
            sign, path = random.choice(("@", "@", "#@")), ""
        text: Json = f"{sign}{parent}{path}"
        if random.random() < 0.3:
            text = {"in": [text, 1]}
        match sign:
            case "@":
                return text, 1, False
            case "#@":
                return text, max(size, 4), False
            case "*@":
                return text, size, True
            case _:
                return text, size * 3, True


def random_pipeline(random: Random, name: str) -> dict[str, Json]:
    """A pipeline with options of every kind."""
    pipeline = PipelineMaker(random, name).make()
    options: dict[str, Json] = {"batchTolerance": random.choice([0, 50, 80, 100])}
    if random.random() < 0.08:
        options["ttl"] = random.choice([1, 3])
    if random.random() < 0.08:
        options["activeTtl"] = random.choice([1, 2])
    if random.random() < 0.4:
        limited = random.choice(["limited-queue", "limited-reject"])
        pipeline["name"] = limited
        amount = 1 if limited == "limited-queue" else 2
        options["concurrentPipelines"] = {"amount": amount, "rejectOnFailure": limited == "limited-reject"}
    pipeline["options"] = options
    pipeline["priority"] = random.randint(1, 5)
    return pipeline
