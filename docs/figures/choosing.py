r"""How hard mini-batches of digits are against what can be chosen: walk size,
M and K, restart probability, batch size; and what hardness costs, by the size
of groups or by the neighbors of one walk."""

from typing import Any, List

import matplotlib.pyplot as plt
from digits import COLORS, digits, full_batches, samplers, save

from pyg_batchsampler import (BatchReport, ProximityBatchSampler,
                              StrategyBatchSampler, UniformBatchSampler,
                              report_batches)

BATCH_SIZE = 64
WALK_SIZES = [1, 2, 4, 8, 16, 32, 64]
RATIOS = [0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 1.0]
NUM_CANDIDATES = [100, 200, 400, 800]
RESTART_PROBS = [0.0, 0.2, 0.4, 0.6, 0.8]
BATCH_SIZES = [8, 16, 32, 64, 128, 256]
TOP = 'hardest_negative_similarity'
GROUPS, WALK = COLORS['groups of four'], COLORS['one walk']
data = digits()


def measure(sampler: StrategyBatchSampler) -> BatchReport:
    return report_batches(full_batches(sampler), data.embedding, data.label)


def groups(batch_size: int = BATCH_SIZE, **kwargs: Any) -> BatchReport:
    return measure(ProximityBatchSampler(data.embedding, batch_size, **kwargs))


def walk(batch_size: int = BATCH_SIZE, **kwargs: Any) -> BatchReport:
    return groups(batch_size, walk_size=None, replacement=True, **kwargs)


def tops(reports: List[BatchReport]) -> List[float]:
    return [report[TOP].mean for report in reports]


figure, axes = plt.subplots(2, 2, figsize=(7.6, 5.4), sharey=True)
style: Any = dict(marker='o', markersize=4, linewidth=1.6)
axis = axes[0, 0]
by_size = [groups(walk_size=k) for k in WALK_SIZES]
axis.plot(WALK_SIZES, tops(by_size), color=GROUPS, **style)
axis.set(xlabel='walk_size, k', xscale='log', ylabel='top-1 similarity')
axis.set_xticks(WALK_SIZES, [str(k) for k in WALK_SIZES])
axis.minorticks_off()

axis = axes[0, 1]
for m, shade in zip(NUM_CANDIDATES, ['0.75', '0.55', '0.35', '0.0']):
    axis.plot(RATIOS, tops([groups(num_candidates=m,
                                   num_neighbors=round(ratio * m))
                            for ratio in RATIOS]),
              color=shade, label=f'M = {m}', **style)
axis.set(xlabel='K / M, k = 4', xscale='log')
axis.set_xticks(RATIOS, [f'{ratio:g}' for ratio in RATIOS])
axis.minorticks_off()
axis.legend(frameon=False)

axis = axes[1, 0]
axis.plot(RESTART_PROBS, tops([walk(restart_prob=p) for p in RESTART_PROBS]),
          color=WALK, label='one walk', **style)
axis.plot(RESTART_PROBS, tops([groups(restart_prob=p)
                               for p in RESTART_PROBS]),
          color=GROUPS, label='groups of four', **style)
axis.set(xlabel='restart probability', ylabel='top-1 similarity')
axis.legend(frameon=False)

axis = axes[1, 1]
axis.plot(BATCH_SIZES, tops([groups(size) for size in BATCH_SIZES]),
          color=GROUPS, label='groups of four', **style)
axis.plot(BATCH_SIZES, tops([walk(size) for size in BATCH_SIZES]),
          color=WALK, label='one walk', **style)
axis.plot(BATCH_SIZES, tops([measure(UniformBatchSampler(data.embedding, size))
                             for size in BATCH_SIZES]),
          color=COLORS['uniform'], label='uniform', **style)
axis.set(xlabel='batch size', xscale='log')
axis.set_xticks(BATCH_SIZES, [str(size) for size in BATCH_SIZES])
axis.minorticks_off()
axis.legend(frameon=False)
figure.tight_layout()
save(figure, 'choosing')

figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.7))
by_ratio = [walk(num_candidates=800, num_neighbors=round(ratio * 800))
            for ratio in RATIOS]
others = {name: measure(sampler) for name, sampler in
          samplers(data.embedding, BATCH_SIZE).items()
          if name in ['uniform', 'nearest neighbors']}
for axis, key, ylabel, offset in [
        (axes[0], 'spread', 'spread that is left', (7, 5)),
        (axes[1], 'same_label_rate', 'pairs of one class', (-7, 5))]:
    axis.plot(tops(by_size), [each[key].mean for each in by_size],
              color=GROUPS, label='groups of k, exactly once', **style)
    for k, each in zip(WALK_SIZES, by_size):
        if 1 < k < BATCH_SIZE:
            axis.annotate(str(k), (each[TOP].mean, each[key].mean), offset,
                          textcoords='offset points', ha='center',
                          color=GROUPS)
    axis.plot(tops(by_ratio), [each[key].mean for each in by_ratio],
              color=WALK, label='one walk, by K / M',
              **dict(style, marker='s'))
    for name, each in others.items():
        axis.plot(each[TOP].mean, each[key].mean, '*', markersize=13,
                  color=COLORS[name], label=name, linestyle='none',
                  markeredgecolor='white')
    axis.set(xlabel='hardness: top-1 similarity', ylabel=ylabel,
             xticks=[0.7, 0.75, 0.8, 0.85])
axes[1].legend(frameon=False)
figure.tight_layout()
save(figure, 'trade_off')
