"""Random pipelines from a seed."""

from random import Random

from controlplane.domain.pipeline import BatchOperation, Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.values import Json

ALGORITHMS = ("alpha", "beta", "gamma")
MAX_NODES = 8


def random_pipeline(random: Random, number: int) -> Pipeline:
    """An acyclic pipeline with every kind of reference that batch pipelines have."""
    nodes: list[Node] = []
    for i in range(random.randint(1, MAX_NODES)):
        inputs: list[Json] = []
        for _ in range(random.randint(0, 2)):
            parent = random.choice(nodes).name if nodes else None
            match random.randint(0, 3):
                case 0 if parent:
                    inputs.append(f"@{parent}")
                case 1 if parent:
                    inputs.append({"k": f"#@{parent}"})
                case 2:
                    inputs.append(f"#[1...{random.choice([0, 1, 3, 40])}]")
                case _:
                    inputs.append("literal")
        policy = random.choice(list(RetryPolicy))
        nodes.append(
            Node(
                name=f"n{i}",
                algorithm=random.choice(ALGORITHMS),
                input=inputs,
                batch_operation=random.choice(list(BatchOperation)),
                retry=Retry(policy=policy, limit=random.randint(1, 3)),
            )
        )
    return Pipeline(
        name=f"p{number}",
        nodes=tuple(nodes),
        priority=random.randint(1, 5),
        batch_tolerance=random.choice([0, 50, 80, 100]),
    )
