r"""Training that was interrupted goes on from its last epoch."""

from pathlib import Path
from typing import Any, Dict
from zlib import crc32

import torch
from torch_geometric.data import InMemoryDataset

from pyg_batchsampler.files import written_whole
from pyg_batchsampler.loader import BatchSamplerLoader
from pyg_batchsampler.training.progress import Progress


class Checkpoint:
    r"""A file that holds all that the rest of a run depends on.

    Args:
        path (Path): The file.
        key (dict): What tells the run from others, by name.
        defaults (dict): What those are that a file lacks: they came after it.
        loader (BatchSamplerLoader): Its mini-batches.
        progress (Progress): How far it has come.
        generator (torch.Generator): Source of randomness of its views.
        **parts (Any): Whatever else has a state, by name.
    """
    def __init__(self, path: Path, key: Dict[str, Any],
                 defaults: Dict[str, Any], loader: BatchSamplerLoader,
                 progress: Progress, generator: torch.Generator,
                 **parts: Any):
        self.path = Path(path)
        self.key = dict(key, num_instances=len(loader.dataset),
                        checksum=_checksum(loader.dataset))
        self.defaults = defaults
        # Training may go on for longer.
        self.epochs = self.key.pop('epochs')
        self.loader, self.progress = loader, progress
        self.generator = generator
        self.parts = dict(parts, loader=loader)

    def save(self) -> None:
        r"""Writes the file, whole or not at all."""
        state = {name: part.state_dict() for name, part in self.parts.items()}
        with written_whole(self.path) as file:
            torch.save(dict(
                state, key=self.key, generator=self.generator.get_state(),
                epoch=self.progress.epoch, training=self.progress.seconds,
                seconds=dict(self.loader.seconds),
                recorded=self.progress.recorded.embedding), file)

    def load(self) -> bool:
        r"""Takes up the state in the file; returns whether there was one.

        Raises:
            ValueError: If it is damaged, or that of another run.
        """
        if not self.path.exists():
            return False
        try:
            state = torch.load(self.path, map_location='cpu',
                               weights_only=True)
            key = {**self.defaults, **state['key']}
            if key.get('center') is None:  # as it was written once
                key['center'] = False
        except Exception as error:  # whatever a damaged file leads to
            raise ValueError(f"{self.path} is no checkpoint of this package. "
                             "Move it away") from error
        for name, value in self.key.items():
            if key.get(name) != value:
                raise ValueError(
                    f"{self.path} belongs to another run: its '{name}' is "
                    f"{key.get(name)!r} (expected {value!r}). Move it away "
                    "or choose another '--out'")
        if state['epoch'] > self.epochs:
            raise ValueError(
                f"{self.path} holds {state['epoch']} epochs already (asked "
                f"for {self.epochs}). Raise 'epochs' or choose another "
                "'--out'")
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        self.generator.set_state(state['generator'])
        self.progress.epoch = state['epoch']
        self.progress.seconds = state['training']
        self.progress.recorded.embedding = state['recorded']
        self.loader.seconds.update(state['seconds'])
        return True


def _checksum(dataset: InMemoryDataset) -> int:
    r"""Returns a number that tells data sets apart by some of their
    graphs."""
    out = 0
    for i in range(0, len(dataset), max(1, len(dataset) // 64)):
        data = dataset[i]
        for values in [data.x, data.edge_index]:
            if values is not None:
                out = crc32(values.double().cpu().numpy().tobytes(), out)
    return out
