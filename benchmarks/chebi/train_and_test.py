r"""A run of `molecules`: two towers are trained, and asked for what belongs
together."""

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor
from torch.optim.swa_utils import update_bn
from torch_geometric.data import Batch, InMemoryDataset
from torch_geometric.nn import MLP

from benchmarks.mini_batches import mini_batches_of
from benchmarks.ranks import found_both_ways
from benchmarks.watch import Watch
from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.false_negatives import make_guard
from pyg_batchsampler.losses import info_nce_loss
from pyg_batchsampler.nn import GINEncoder
from pyg_batchsampler.seed import derive_seed, global_seed, make_generator
from pyg_batchsampler.training import Step, fit

TEMPERATURE = 0.07
NUM_HELD_OUT = 1000
MULTIPLE = 16  # pairs to train on, so that none is ever left by itself
NUM_QUARTERS = 4
STATISTICS_SIZE = 512  # graphs whose statistics normalize, twice as many
GUARDS: Dict[str, Dict[str, float]] = dict(
    kept={}, similar=dict(ratio=0.01), shared_neighbors=dict(ratio=0.01))
EPOCHS = 12
BATCH_SIZES = [16, 32, 64, 128, 256]
SPLIT, MODEL = 1, 2  # what seeds are derived for
Pair = Tuple[Tensor, Tensor]


class Setting(NamedTuple):
    r"""What a run depends on besides its data and its seed; the first ones
    are those of :class:`MiniBatches`."""
    sampler: str = 'uniform'
    walk_size: Optional[int] = None
    num_candidates: int = 0
    num_neighbors: int = 0
    replacement: bool = False
    batch_size: int = 64
    lr: float = 0.001
    epochs: int = EPOCHS
    norm: Optional[str] = 'batch'
    guard: str = 'kept'
    plan: str = 'recorded'
    warmup_epochs: int = 2


class Towers(torch.nn.Module):
    r"""Embeds molecules and what is written about them side by side."""
    def __init__(self, text_channels: int, norm: Optional[str],
                 channels: int = 128):
        super().__init__()
        self.encoder = GINEncoder(None, 64, 3, norm)
        self.graph_head = MLP([self.encoder.out_channels, 256, channels],
                              norm=None)
        self.text_head = MLP([text_channels, 256, channels], norm=None)

    def forward(self, batch: Batch) -> Pair:
        x = self.encoder(batch.x, batch.edge_index, batch.batch,
                         batch.batch_size, batch.edge_attr)
        return self.graph_head(x), self.text_head(batch.description)


def split(num_pairs: int, part: str, seed: int) -> Tuple[Tensor, Tensor]:
    r"""Returns the pairs to train on and those to be found: half of a few
    that are kept for the test, or as many others to select by."""
    size = min(NUM_HELD_OUT, num_pairs // 5)
    perm = torch.randperm(num_pairs, generator=make_generator(0, SPLIT))
    kept, others = perm[:2 * size], perm[2 * size:]
    source = others if part == 'select' else kept
    source = source[torch.randperm(len(source),
                                   generator=make_generator(seed, SPLIT))]
    rest = [source[size:]] if part == 'select' else [source[size:], others]
    train = torch.cat(rest)
    return train[:len(train) // MULTIPLE * MULTIPLE], source[:size]


def train_and_test(dataset: InMemoryDataset, part: str, setting: Setting,
                   seed: int) -> Dict[str, Any]:
    r"""Returns how well pairs are found, in %, in the end and after each
    quarter, and what mini-batches were like after warm-up."""
    train, test = split(len(dataset), part, seed)
    with global_seed(derive_seed(seed, MODEL)):
        model = Towers(dataset[0].description.size(1), setting.norm)
    everyone = [Batch.from_data_list(list(dataset[some]))
                for some in torch.cat([test, train]).split(NUM_HELD_OUT)]
    usual = [Batch.from_data_list(list(dataset[some])) for some in
             train[:2 * STATISTICS_SIZE].split(STATISTICS_SIZE)]

    def embed(batches: List[Batch]) -> Pair:
        update_bn(usual, model)
        model.eval()
        with torch.no_grad():
            x, y = zip(*map(model, batches))
        return torch.cat(x), torch.cat(y)

    out = fit_model(model, dataset[train], setting, seed,
                    lambda: found_both_ways(*embed(everyone[:1])))
    x, y = embed(everyone)
    index = torch.arange(len(test))
    for name, values in [
            ('held_out', found_both_ways(x[index], y[index])),
            ('among_all', found_both_ways(x, y, index)),
            ('all', found_both_ways(x, y))]:
        out.update({f'{name}_{key}': value for key, value in values.items()})
    return out


def fit_model(model: Towers, dataset: InMemoryDataset, setting: Setting,
              seed: int, score: Callable[[], Dict[str, float]]
              ) -> Dict[str, Any]:
    r"""Trains both towers; returns the course of the score by quarters, and
    means over mini-batches after warm-up."""
    arguments = mini_batches_of(setting).arguments(len(dataset))
    known = None
    if setting.plan == 'texts':  # what is known beforehand
        known = dataset._data.description[dataset.indices()]
        arguments['embedding'] = known
    loader = BatchSamplerLoader(dataset, setting.batch_size, seed=seed,
                                warmup_epochs=setting.warmup_epochs,
                                **arguments)
    num_steps = setting.epochs * len(loader)
    optimizer = torch.optim.Adam(model.parameters(), lr=setting.lr, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, setting.lr, total_steps=num_steps + 1)
    watch = Watch(setting.batch_size, setting.warmup_epochs, embedding=known)
    course: Dict[str, Any] = {}
    num_done = 0

    def compare_sides(batch: Batch, mask: Optional[Tensor]) -> Tuple[Tensor,
                                                                     Pair]:
        x, y = model(batch)
        return info_nce_loss(
            x, y, TEMPERATURE, is_false_negative=mask), (x, y)

    def on_step(step: Step) -> None:
        nonlocal num_done
        watch.on_step(step)
        schedule.step()
        num_done += 1
        quarter, rest = divmod(NUM_QUARTERS * num_done, num_steps)
        if rest < NUM_QUARTERS and quarter < NUM_QUARTERS:
            found = score()
            course.update({f'recall_1_{quarter}': found['recall_1'],
                           f'mrr_{quarter}': found['mrr']})
            model.train()

    progress = fit(model, compare_sides, loader, optimizer, setting.epochs,
                   guard=make_guard(setting.guard, **GUARDS[setting.guard]),
                   on_step=on_step, on_epoch=watch.on_epoch)
    return dict(course, **watch.measures(), num_steps=num_done,
                seconds=round(progress.seconds, 1),
                sampling_seconds=round(loader.seconds['sampling'], 2))
