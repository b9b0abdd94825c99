r"""Cosine similarities of all pairs in a uniform, a proximity and a kNN
mini-batch of digits, those of one class apart."""

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from digits import COLORS, digits, save, typical_batches

data = digits()
x = F.normalize(data.embedding, dim=-1)
figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True, sharex=True)
for axis, (name, batch) in zip(axes, typical_batches(x, 64).items()):
    i, j = torch.triu_indices(len(batch), len(batch), offset=1)
    index = torch.tensor(batch)
    value = (x[index[i]] * x[index[j]]).sum(dim=-1).numpy()
    is_same = (data.label[index[i]] == data.label[index[j]]).numpy()
    axis.hist([value[~is_same], value[is_same]], stacked=True,
              bins=np.linspace(-1, 1, 41), color=[COLORS[name], 'black'],
              label=['different label', 'same label: false negatives'])
    axis.axvline(value.mean(), ymax=0.75, color='0.3', linestyle='--',
                 linewidth=1)
    axis.set(title=f'{name}: mean {round(float(value.mean()), 2) + 0.0:.2f}, '
             f'same label {is_same.mean():.0%}', xlabel='cosine similarity',
             xlim=(-0.9, 1))
    axis.legend(frameon=False, fontsize=7.5, loc='upper left')
axes[0].set_ylabel('pairs of the mini-batch')
axes[0].set_ylim(top=axes[0].get_ylim()[1] * 1.25)
figure.tight_layout()
save(figure, 'similarity')
