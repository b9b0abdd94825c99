r"""What compositions do to the pairs of a mini-batch: cosine similarities of
all pairs of digits, of each to the most similar other one, and how many of
either are of one class."""

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from digits import COLORS, digits, full_batches, samplers, save

from pyg_batchsampler import explain_batch, report_batches

BATCH_SIZE = 64
data = digits()
x = F.normalize(data.embedding, dim=-1)
pair = torch.triu_indices(BATCH_SIZE, BATCH_SIZE, offset=1)
figure, axes = plt.subplots(1, 3, figsize=(9, 3.1), width_ratios=[3, 3, 2])
bins = np.linspace(-0.8, 1, 61)
for place, (name, sampler) in enumerate(samplers(x, BATCH_SIZE).items()):
    batches = full_batches(sampler)
    report = report_batches(batches, x, data.label)
    i, j = torch.tensor(batches)[:, pair].unbind(dim=1)
    every = (x[i] * x[j]).sum(dim=-1).flatten()
    top = torch.cat([explain_batch(batch, x, num_partners=1).similarity
                     for batch in batches]).flatten()
    for axis, value in zip(axes, [every, top]):
        density, _ = np.histogram(value, bins, density=True)
        axis.plot((bins[1:] + bins[:-1]) / 2, density, color=COLORS[name],
                  label=name, linewidth=1.8)
        axis.plot(value.mean(), 0, '^', color=COLORS[name], markersize=8,
                  markeredgecolor='white', clip_on=False, zorder=5)
    for x_place, key in enumerate(['same_label_rate',
                                   'hardest_same_label_rate']):
        axes[2].bar(x_place + 0.2 * place - 0.3, report[key].mean, width=0.17,
                    color=COLORS[name])
axes[0].set(title='all pairs', xlabel='cosine similarity',
            ylabel='density', ylim=(0, None), xlim=(-0.8, 1))
axes[1].set(title='the most similar other: what a loss feels',
            xlabel='cosine similarity', ylim=(0, None), xlim=(0, 1))
axes[2].set(title='same label', ylim=(0, 1), xticks=[0, 1],
            xticklabels=['all pairs', 'most similar'])
axes[1].legend(frameon=False, loc='upper left')
figure.tight_layout()
save(figure, 'similarity')
