r"""The same training with different samplers."""

from pathlib import Path
from typing import Any, Callable, Iterable, Optional, Sequence, Tuple, Union

from torch import Tensor
from torch_geometric.data import InMemoryDataset
from tqdm import tqdm

from pyg_batchsampler.experiments.comparison import NUM_PROBES, Comparison
from pyg_batchsampler.experiments.experiment import Experiment
from pyg_batchsampler.sampler import Strategy
from pyg_batchsampler.training import TrainingConfig


def compare_samplers(
    dataset: InMemoryDataset,
    label: Tensor,
    name: str,
    samplers: Sequence[Union[str, Strategy]],
    seeds: Iterable[int],
    config: TrainingConfig,
    out: Path,
    progress: Optional[Callable[..., Any]] = tqdm,
    num_probes: int = NUM_PROBES,
) -> Tuple[Path, Path]:
    r"""Trains a model once per sampler and seed, and evaluates its frozen
    embeddings.

    Every run appends one row to :obj:`results.csv` and its course to
    :obj:`curves.csv` as soon as it ends. Runs that are there already are
    skipped: those of the same data set, seed and settings, and the same
    options of *their* sampler. For tables and plots see
    :class:`Comparison`.

    Args:
        dataset (InMemoryDataset): The graphs.
        label (torch.Tensor): One class per graph, :math:`[N]`, or labels
            :math:`[N, T]` of an OGB data set.
        name (str): What the rows call the data set.
        samplers (list): What is compared: names of strategies, which then
            have their default options, or objects of type
            :class:`~pyg_batchsampler.Strategy`. The name
            :obj:`"untrained"` evaluates a model as it is before training.
        seeds (Iterable[int]): The seeds, one run per sampler each.
        config (TrainingConfig): The settings all runs share.
        out (Path): Folder of the CSV files.
        progress (callable, optional): Makes a progress bar; there is none if
            it is :obj:`None`. (default: :class:`tqdm.tqdm`)
        num_probes (int, optional): About as many linear probes, for the
            course of accuracy. (default: :obj:`5`)

    Returns:
        The paths of both files.

    Raises:
        ValueError: If a sampler is unknown, or settings do not fit each other
            or the data set.
        RuntimeError: If the gradient of a run becomes infinite or NaN; those
            that are finished are kept.
    """
    comparison = Comparison(Experiment(name, dataset, label, config,
                                       Path(out)), samplers, seeds)
    comparison.run(progress, num_probes)
    return comparison.results, comparison.curves
