r"""A data set and settings: what commands are given."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Dict, Optional
from zlib import crc32

from torch import Tensor
from torch_geometric.data import InMemoryDataset

from pyg_batchsampler.datasets import labels_of, load_dataset
from pyg_batchsampler.experiments.evaluate import metric_of, protocol_of
from pyg_batchsampler.training import TrainingConfig


@dataclass(frozen=True)
class Experiment:
    r"""A data set, the settings of training, and where results go.

    Args:
        name (str): What results call the data set.
        dataset (InMemoryDataset): The graphs.
        label (torch.Tensor, optional): One class per graph, :math:`[N]`, or
            labels :math:`[N, T]` of an OGB data set.
        config (TrainingConfig): The settings.
        out (Path): Folder of the results.
    """
    name: str
    dataset: InMemoryDataset
    label: Optional[Tensor]
    config: TrainingConfig
    out: Path

    @property
    def metric(self) -> str:
        r"""What frozen embeddings are scored by."""
        return metric_of(self.dataset)

    @property
    def score(self) -> str:
        r"""The column of results that tells the course of training: that of
        the probe, or without labels how often held-out graphs are found."""
        return 'instance_retrieval' if self.label is None else 'accuracy'

    @property
    def protocol(self) -> str:
        r"""How they are scored, in words."""
        return protocol_of(self.dataset, self.config.probe)

    @property
    def num_steps(self) -> int:
        r"""Steps of a whole training."""
        return self.config.epochs * self.config.num_batches(len(self.dataset))

    def describe(self) -> str:
        r"""Returns one line on data set, model and changed settings."""
        label, config = self.label, self.config
        kind = 'no labels' if label is None else (
            f'{label.unique().numel()} classes' if label.dim() == 1 else
            f'{label.size(1)} tasks')
        changes = config.changes()
        for shown in ['loss', 'epochs']:
            changes.pop(shown, None)
        num_batches = config.num_batches(len(self.dataset))
        return (f'{self.name}: {len(self.dataset)} graphs, {kind}. '
                f'{config.model} with {config.loss}, '
                f'{count(config.epochs, "epoch")} of '
                f'{count(num_batches, "mini-batch", "es")}' +
                ''.join(f', {key} {value}' for key, value in changes.items()))


def load_experiment(name: str, root: str, config: TrainingConfig,
                    out: Path) -> Experiment:
    r"""Loads the data set that an experiment needs, as soon as it is sure
    that settings and folders are all right.

    Args:
        name (str): Name of the data set, see :meth:`load_dataset`.
        root (str): Folder of the data sets.
        config (TrainingConfig): The settings.
        out (Path): Folder of the results; those of the data set get one of
            its name in it.
    """
    config.check()  # before a download
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ValueError(f"'--out' must be a folder to write to ({error}). "
                         "Choose another") from error
    assert config.features is not None
    dataset = load_dataset(name, root, features=config.features,
                           diffusion=config.model == 'mvgrl')
    config.check(len(dataset))
    metric_of(dataset)  # there is none for regression
    return Experiment(name, dataset, labels_of(dataset), config, out / name)


def mark_of(changes: Dict[str, Any]) -> str:
    r"""Returns what tells files of different settings apart, nothing for the
    defaults.

    Example:
        >>> mark_of({}), mark_of({'lr': 0.1})
        ('', '-2cd896b0')
    """
    if not changes:
        return ''
    return f'-{crc32(repr(sorted(changes.items())).encode()):08x}'


def count(number: int, noun: str, ending: str = 's') -> str:
    r"""Returns a number with its noun.

    Example:
        >>> count(1, 'epoch'), count(2, 'epoch')
        ('1 epoch', '2 epochs')
    """
    return f'{number} {noun}' + ending * (number != 1)
