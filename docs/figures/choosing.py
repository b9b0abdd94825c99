r"""How hard mini-batches of digits are, and how many of their pairs share a
label, against what can be chosen: M and K, restart probability, batch
size."""

from typing import Any, List, Tuple

import matplotlib.pyplot as plt
from digits import COLORS, digits, save

from pyg_batchsampler import (KNNBatchSampler, ProximityBatchSampler,
                              StrategyBatchSampler, UniformBatchSampler,
                              in_batch_similarity, same_label_rate)

BATCH_SIZE = 64
RATIOS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0]
NUM_CANDIDATES = [100, 200, 400, 800]
RESTART_PROBS = [0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9]
BATCH_SIZES = [8, 16, 32, 64, 128, 256]
data = digits()


def measure(sampler: StrategyBatchSampler) -> Tuple[float, float]:
    full = [batch for batch in sampler if len(batch) == sampler.batch_size]
    return (float(in_batch_similarity(data.embedding, full).mean()),
            float(same_label_rate(data.label, full).mean()))


def walks(batch_size: int = BATCH_SIZE, **kwargs: Any) -> Tuple[float, float]:
    return measure(ProximityBatchSampler(data.embedding, batch_size,
                                         replacement=True, **kwargs))


by_ratio: List[List[Tuple[float, float]]] = [
    [walks(num_candidates=m, num_neighbors=round(ratio * m))
     for ratio in RATIOS] for m in NUM_CANDIDATES]

figure, axes = plt.subplots(1, 3, figsize=(9, 2.9), sharey=True)
shades = plt.get_cmap('Blues')
for k, (m, row) in enumerate(zip(NUM_CANDIDATES, by_ratio)):
    axes[0].plot(RATIOS, [value for value, _ in row], marker='o', markersize=3,
                 color=shades(0.4 + 0.2 * k), label=f'M = {m}')
axes[0].set(xlabel='K / M', ylabel='in-batch similarity')
axes[1].plot(RESTART_PROBS, [walks(restart_prob=p)[0] for p in RESTART_PROBS],
             marker='o', markersize=3, color=COLORS['proximity'])
axes[1].set(xlabel='restart probability')
axes[2].plot(BATCH_SIZES, [walks(size)[0] for size in BATCH_SIZES],
             marker='o', markersize=3, color=COLORS['proximity'],
             label='proximity')
axes[2].plot(BATCH_SIZES, [
    measure(UniformBatchSampler(data.embedding, size))[0]
    for size in BATCH_SIZES], marker='o', markersize=3,
             color=COLORS['uniform'], label='uniform')
axes[2].set(xlabel='batch size', xscale='log')
axes[2].set_xticks(BATCH_SIZES, [str(size) for size in BATCH_SIZES])
axes[2].minorticks_off()
for axis in axes[::2]:
    axis.legend(frameon=False, fontsize=8)
axes[0].set_ylim(bottom=-0.02)
figure.tight_layout()
save(figure, 'choosing')

figure, axis = plt.subplots(figsize=(5.6, 3.6))
for k, (m, row) in enumerate(zip(NUM_CANDIDATES, by_ratio)):
    axis.plot(*zip(*row), marker='o', markersize=4, linestyle='none',
              color=shades(0.4 + 0.2 * k), label=f'proximity, M = {m}')
for name, sampler in {
        'proximity, exactly once': ProximityBatchSampler(data.embedding,
                                                         BATCH_SIZE),
        'uniform': UniformBatchSampler(data.embedding, BATCH_SIZE),
        'knn': KNNBatchSampler(data.embedding, BATCH_SIZE, replacement=True),
}.items():
    axis.plot(*measure(sampler), marker='*', markersize=13, linestyle='none',
              markeredgecolor='black', label=name,
              color=COLORS.get(name, COLORS['proximity']))
axis.set(xlabel='hardness: in-batch similarity',
         ylabel='false negatives: same-label rate', ylim=(0, None))
axis.legend(frameon=False, fontsize=8)
figure.tight_layout()
save(figure, 'trade_off')
