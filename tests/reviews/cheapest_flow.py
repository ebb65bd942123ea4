"""A second, plain solver for assignments: cheapest augmenting paths (Bellman & Ford), to compare results with."""

from collections.abc import Collection, Sequence
from math import inf

from registrar.reviews.assigning import BALANCE_COST, Pair, Paper, Reader, cost


class Network:
    """Arcs with capacity and cost, each with its way back."""

    def __init__(self) -> None:
        self.arcs: list[list[float]] = []
        self.heads: list[str] = []
        self.leaving: dict[str, list[int]] = {}

    def add(self, start: str, end: str, capacity: float, price: float) -> None:
        for tail, head, room, value in ((start, end, capacity, price), (end, start, 0.0, -price)):
            self.leaving.setdefault(tail, []).append(len(self.arcs))
            self.leaving.setdefault(head, [])
            self.arcs.append([room, value])
            self.heads.append(head)

    def cheapest_path(self, start: str, end: str) -> tuple[float, list[int]] | None:
        """Return the price of the cheapest path with room, and its arcs."""
        price, back = dict.fromkeys(self.leaving, inf), dict[str, int]()
        price[start] = 0.0
        for _ in self.leaving:
            changed = False
            for node, arcs in self.leaving.items():
                for arc in arcs:
                    head, (room, value) = self.heads[arc], self.arcs[arc]
                    if room > 0 and price[node] + value < price[head] - 1e-9:
                        price[head], back[head], changed = price[node] + value, arc, True
            if not changed:
                break
        if price[end] == inf:
            return None
        path, node = [], end
        while node != start:
            path.append(back[node])
            node = self.heads[back[node] ^ 1]
        return price[end], path


def cheapest(papers: Sequence[Paper], readers: Sequence[Reader], each: int, barred: Collection[Pair]) -> float:
    """Return the least cost of an assignment: preferences and balance."""
    network = Network()
    for paper in papers:
        network.add("source", f"p{paper.number}", each, 0.0)
        for reader in readers:
            if (paper.number, reader.number) not in barred:
                network.add(f"p{paper.number}", f"r{reader.number}", 1, cost(paper, reader))
    for reader in readers:
        for taken in range(reader.load):
            network.add(f"r{reader.number}", "sink", 1, BALANCE_COST * (2 * taken + 1) / reader.load)
    spent = 0.0
    for _ in range(each * len(papers)):
        found = network.cheapest_path("source", "sink")
        assert found, "there is no assignment"
        spent += found[0]
        for arc in found[1]:
            network.arcs[arc][0] -= 1
            network.arcs[arc ^ 1][0] += 1
    return spent
