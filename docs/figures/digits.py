r"""What the figures share: scikit-learn's handwritten digits, each an instance
whose embedding is its 64 centred pixels, and where files go."""

import argparse
from pathlib import Path
from typing import Dict, List, NamedTuple

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE
from torch import Tensor

from pyg_batchsampler import (KNNBatchSampler, ProximityBatchSampler,
                              StrategyBatchSampler, UniformBatchSampler,
                              hardest_negative_similarity, spread)

matplotlib.use('Agg')
plt.rcParams.update({'font.size': 9, 'axes.titlesize': 10,
                     'axes.spines.top': False, 'axes.spines.right': False})
# Told apart without red and green, and in grey.
COLORS = {'uniform': '#7a7a7a', 'groups of four': '#0067a5',
          'one walk': '#e08a00', 'nearest neighbors': '#7b1f4b'}
OUT = Path(__file__).parents[1] / 'images'


class Digits(NamedTuple):
    r"""Embedding :math:`[N, 64]`, labels :math:`[N]`, pictures
    :math:`[N, 8, 8]`."""
    embedding: Tensor
    label: Tensor
    image: 'np.ndarray'


def digits(num_instances: int = 1797) -> Digits:
    data = load_digits()
    x = torch.from_numpy(data.data[:num_instances]).float()
    return Digits(x - x.mean(dim=0),
                  torch.from_numpy(data.target[:num_instances]),
                  data.images[:num_instances])


def layout(x: Tensor) -> 'np.ndarray':
    r"""Places instances in the plane, similar ones near each other."""
    return TSNE(metric='cosine', random_state=0).fit_transform(x.numpy())


def samplers(x: Tensor, batch_size: int) -> Dict[str, StrategyBatchSampler]:
    r"""What is compared: from groups of one to a single group, the paper's
    walk, and to nearest neighbors."""
    return {
        'uniform': UniformBatchSampler(x, batch_size),
        'groups of four': ProximityBatchSampler(x, batch_size),
        'one walk': ProximityBatchSampler(x, batch_size, walk_size=None,
                                          replacement=True),
        'nearest neighbors': KNNBatchSampler(x, batch_size, replacement=True),
    }


def full_batches(sampler: StrategyBatchSampler) -> List[List[int]]:
    r"""The mini-batches of an epoch but for a smaller last one."""
    return [batch for batch in sampler if len(batch) == sampler.batch_size]


def typical_batch(x: Tensor, batches: List[List[int]]) -> List[int]:
    r"""The mini-batch whose top-1 similarity and spread are closest to their
    means, in standard deviations."""
    value = torch.stack([hardest_negative_similarity(x, batches),
                         spread(x, batches)])
    away = (value - value.mean(1, True)) / value.std(1, keepdim=True)
    return batches[int(away.square().sum(dim=0).argmin())]


def save(figure: 'plt.Figure', name: str) -> None:
    r"""Writes a figure to docs/images, or to the folder of --out."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--out', type=Path, default=OUT, metavar='DIR')
    path = parser.parse_args().out / f'{name}.png'
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150, bbox_inches='tight',
                   pil_kwargs={'optimize': True})
    plt.close(figure)
    print(path)
