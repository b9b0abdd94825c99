r"""From an embedding to a proximity graph."""

from importlib.util import find_spec
from typing import Callable, Dict, NamedTuple, Optional, Tuple

import torch
from torch import Tensor

from pyg_batchsampler.checks import (check_choice, check_embedding,
                                     check_integer, check_probability)
from pyg_batchsampler.graph.approximate_search import (APPROXIMATE,
                                                       search_approximate)
from pyg_batchsampler.graph.proximity_graph import ProximityGraph
from pyg_batchsampler.search.candidates import CandidateBlocks, draw_candidates
from pyg_batchsampler.search.dense import search_dense
from pyg_batchsampler.search.faiss_search import search_faiss_flat
from pyg_batchsampler.search.torch_cluster_search import search_torch_cluster
from pyg_batchsampler.seed import draw_seed
from pyg_batchsampler.similarity.unit_rows import UnitRows

Search = Callable[[UnitRows, CandidateBlocks, int], Tuple[Tensor, Tensor]]
BACKENDS: Dict[str, Search] = {
    'dense': search_dense,
    'faiss_flat': search_faiss_flat,
    'torch_cluster': search_torch_cluster,
}
# What 'auto' stands for. At all sizes that `python -m benchmarks.graph_build
# --table` measures (400 to 4,000 instances, 100 to 1,000 candidates, 2 to 128
# dimensions, 2 CPU cores), it is the faster one of those that run on any
# device: as fast as 'torch_cluster' at 2 dimensions, 4 to 17 times at 128.
FASTEST = 'dense'
BACKEND_NAMES = ['auto', *sorted([*BACKENDS, *APPROXIMATE])]
REQUIREMENTS = {
    'faiss': 'faiss-cpu>=1.9',
    'pynndescent': 'pynndescent>=0.5.13',
}


PAPER_RATIO = 10  # candidates per neighbor


class GraphSize(NamedTuple):
    r"""Candidates :math:`M` and neighbors :math:`K` per instance."""
    num_candidates: int
    num_neighbors: int


def resolve_graph_size(
    num_instances: int,
    num_candidates: Optional[int] = None,
    num_neighbors: Optional[int] = None,
    ratio: int = PAPER_RATIO,
) -> GraphSize:
    r"""Fills in :math:`M` and :math:`K` from the number of instances
    :math:`N`: :math:`M = \min(1000, \lfloor N / 2 \rfloor)` and
    :math:`K = \max(1, \lfloor M / r \rfloor)` with a ratio :math:`r` of 10,
    the paper's, unless asked for another. If only :math:`K` is given,
    :math:`M` is raised to hold it.

    Raises:
        ValueError: Unless :math:`1 \leq K \leq M < N`.

    Example:
        >>> resolve_graph_size(num_instances=188)
        GraphSize(num_candidates=94, num_neighbors=9)
    """
    m = _check_size('num_candidates', num_candidates, num_instances)
    k = _check_size('num_neighbors', num_neighbors, num_instances)
    if m is not None and k is not None and k > m:
        raise ValueError("'num_neighbors' must be at most 'num_candidates' "
                         f"(got {k} for {m}). Lower it, e.g., to "
                         f"{max(1, m // 10)}")
    if m is None:
        m = min(max(1, min(1000, num_instances // 2), k or 1),
                num_instances - 1)
    if k is None:
        k = min(max(1, m // ratio), m)
    return GraphSize(m, k)


def _check_size(name: str, value: Optional[int],
                num_instances: int) -> Optional[int]:
    if value is None:
        return None
    value = check_integer(name, value, low=1)
    if value >= num_instances:
        way = (f'Lower it, e.g., to {num_instances - 1}' if num_instances > 1
               else 'A single instance has no others: leave it out')
        raise ValueError(f"'{name}' must be smaller than the number of "
                         f"instances (got {value} for {num_instances}). {way}")
    return value


def check_backend(backend: str, num_instances: int,
                  num_candidates: Optional[int]) -> None:
    r"""Raises an error unless there is such a neighbor search, its library is
    installed, and it can search :math:`M` candidates."""
    check_choice('backend', backend, BACKEND_NAMES)
    library = backend.split('_')[0]
    if library in REQUIREMENTS and find_spec(library) is None:
        raise ImportError(f"backend '{backend}' needs the package "
                          f"'{library}'. Install it: pip install "
                          f"'{REQUIREMENTS[library]}'")
    most = num_instances - 1
    if backend in APPROXIMATE and num_candidates != most:
        given = '' if num_candidates is None else f' (got {num_candidates})'
        raise ValueError(f"backend '{backend}' searches among all instances, "
                         "not among random candidates: 'num_candidates' must "
                         f"be {most}{given}. Set it so, or use "
                         "backend='auto'")


def build_proximity_graph(
    embedding: Tensor,
    *,
    num_candidates: Optional[int] = None,
    num_neighbors: Optional[int] = None,
    backend: str = 'auto',
    min_recall: float = 0.9,
    generator: Optional[torch.Generator] = None,
) -> ProximityGraph:
    r"""Connects every instance to the most similar ones of a few random
    others, as in the `"BatchSampler: Sampling Mini-Batches for Contrastive
    Learning in Vision, Language, and Graphs"
    <https://arxiv.org/abs/2306.03355>`_ paper (proximity graph).

    For each of the :math:`N` instances, :math:`M` distinct candidates are
    drawn, uniform over the others, and the :math:`K` with highest cosine
    similarity become its neighbors, in descending similarity.
    The smaller :math:`K / M`, the harder are the neighbors. As the best of
    :math:`M` candidates is about the :math:`N / M`-th nearest of all, so many
    of the nearest, which often are false negatives, are skipped on average.

    Args:
        embedding (torch.Tensor): One row per instance, :math:`[N, D]`, of
            any floating-point type. Its scale does not matter. If it is of
            ``torch.half``, it is never copied as a whole, and may be larger
            than memory: ``torch.from_numpy(numpy.memmap(path, 'float16', 'c',
            shape=(N, D)))``.
        num_candidates (int, optional): :math:`M`, in :math:`[K, N)`.
            :math:`N - 1` gives the exact nearest neighbors.
            :math:`\min(1000, N / 2)` if not given. (default: :obj:`None`)
        num_neighbors (int, optional): :math:`K \geq 1`,
            :math:`\max(1, M / 10)` if not given. (default: :obj:`None`)
        backend (str, optional): How neighbors are searched for.
            :obj:`"dense"` (matrix products, block by block),
            :obj:`"torch_cluster"` (the op behind
            :meth:`torch_cluster.knn_graph`) and :obj:`"faiss_flat"` are
            exact, and give the same graph up to ties. :obj:`"faiss_ivf"`,
            :obj:`"faiss_hnsw"` and :obj:`"pynndescent"` search for the
            nearest of all (:math:`M = N - 1`) and may miss some.
            :obj:`"auto"` is the fastest of the exact ones by our
            measurements, :obj:`"dense"`. (default: :obj:`"auto"`)
        min_recall (float, optional): Share of the :math:`K` nearest
            neighbors that a search which may miss some should find, in
            :math:`[0, 1)`. The two of faiss search as thoroughly as that
            takes. All warn if they find less, see :meth:`measure_recall`;
            with :obj:`0`, nothing is measured. (default: :obj:`0.9`)
        generator (torch.Generator, optional): Source of randomness; the
            global one of PyTorch if not given. (default: :obj:`None`)

    Raises:
        TypeError: If :obj:`embedding` is not a dense tensor of
            floating-point numbers.
        ValueError: If :obj:`embedding` is not a finite matrix, unless
            :math:`1 \leq K \leq M < N`, or if a search among all instances
            gets :math:`M < N - 1`.
        ImportError: If the library of a backend is not installed.

    .. note::
        Candidates are drawn *without* replacement and without the instance
        itself. The release of the paper draws with replacement, which leaves
        19 distinct neighbors of 100 on MUTAG.

    Example:
        >>> embedding = torch.tensor([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
        >>> graph = build_proximity_graph(embedding, num_candidates=2,
        ...                               num_neighbors=1)
        >>> graph.col
        tensor([1, 0, 1], dtype=torch.int32)
    """
    embedding = check_embedding(embedding)
    check_choice('backend', backend, BACKEND_NAMES)
    min_recall = check_probability('min_recall', min_recall)
    num_instances = embedding.size(0)
    if num_instances == 1 and num_candidates is num_neighbors is None:
        empty = torch.empty(1, 0, device=embedding.device, dtype=torch.float)
        return ProximityGraph.from_neighbors(empty.int(), empty)

    size = resolve_graph_size(num_instances, num_candidates, num_neighbors)
    check_backend(backend, num_instances, size.num_candidates)
    return connect(UnitRows(embedding), size, backend, min_recall, generator)


def connect(x: UnitRows, size: GraphSize, backend: str, min_recall: float,
            generator: Optional[torch.Generator]) -> ProximityGraph:
    r"""Builds the proximity graph of rows of unit length :math:`[N, D]`, all
    arguments being checked."""
    if backend in APPROXIMATE:
        return search_approximate(x, size.num_neighbors, backend, min_recall,
                                  draw_seed(generator))
    search = BACKENDS[FASTEST if backend == 'auto' else backend]
    blocks = draw_candidates(x.size(0), size.num_candidates,
                             generator=generator)
    neighbor, similarity = search(x, blocks, size.num_neighbors)
    return ProximityGraph.from_neighbors(neighbor, similarity)
