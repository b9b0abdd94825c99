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
                              UniformBatchSampler, in_batch_similarity)
from pyg_batchsampler.experiments.plot_course import COLORS as COLORS

matplotlib.use('Agg')
plt.rcParams.update({'font.size': 9, 'axes.titlesize': 10,
                     'axes.spines.top': False, 'axes.spines.right': False})
CLASS_COLORS = plt.get_cmap('tab10')
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


def typical_batches(x: Tensor, batch_size: int) -> Dict[str, List[int]]:
    r"""One mini-batch per sampler: that of an epoch whose in-batch similarity
    is the median."""
    samplers = {'uniform': UniformBatchSampler(x, batch_size),
                'proximity': ProximityBatchSampler(x, batch_size),
                'knn': KNNBatchSampler(x, batch_size, replacement=True)}
    out = {}
    for name, sampler in samplers.items():
        batches = [batch for batch in sampler if len(batch) == batch_size]
        order = in_batch_similarity(x, batches).argsort()
        out[name] = batches[order[len(order) // 2]]
    return out


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
