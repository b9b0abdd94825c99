r"""Three ways to make a mini-batch of 32 digits: of 32 groups of one, of eight
groups of four, of one group of 32. Where its instances lie among all others,
and what they look like."""

import matplotlib.pyplot as plt
import torch.nn.functional as F
from digits import (COLORS, digits, full_batches, layout, samplers, save,
                    typical_batch)
from matplotlib.patches import Rectangle

from pyg_batchsampler import explain_batch, report_batches

NUM_COLUMNS, NUM_ROWS, GAP = 8, 4, 0.16
GROUPS = {  # rows and columns of pictures
    'uniform': ('uniform: 32 groups of one', (1, 1)),
    'groups of four': ('default: 8 groups of four', (2, 2)),
    'one walk': ("the paper's: one group of 32", (NUM_ROWS, NUM_COLUMNS)),
}

data = digits()
x = F.normalize(data.embedding, dim=-1)
position = layout(x)
samplers_by_name = samplers(x, NUM_COLUMNS * NUM_ROWS)
figure, axes = plt.subplots(2, 3, figsize=(9, 5.9), height_ratios=[5, 2.62],
                            gridspec_kw={'hspace': 0.15, 'wspace': 0.06})
for column, (name, (title, (rows, columns))) in enumerate(GROUPS.items()):
    batches = full_batches(samplers_by_name[name])
    batch = typical_batch(x, batches)
    means = report_batches(batches, x).means()
    top, bottom = axes[:, column]
    top.scatter(*position.T, s=4, color='0.87', linewidths=0)
    partner = explain_batch(batch, x, num_partners=1).partner.flatten()
    for i, j in zip(batch, partner.tolist()):
        top.plot(*position[[i, j]].T, color=COLORS[name], linewidth=1.1,
                 alpha=0.7)
    top.scatter(*position[batch].T, s=34, color=COLORS[name], zorder=3,
                edgecolors='white', linewidths=0.7)
    top.set_title(title, fontsize=10.5, pad=4)
    bottom.set_title(f'top-1 {means["hardest_negative_similarity"]:.2f}, '
                     f'spread {means["spread"]:.2f}', fontsize=12, pad=5)
    size = rows * columns
    for k in range(0, len(batch), size):
        left = k // size % (NUM_COLUMNS // columns) * columns
        upper = k // size // (NUM_COLUMNS // columns) * rows
        for place, i in enumerate(batch[k:k + size]):
            u, v = left + place % columns, upper + place // columns
            bottom.imshow(data.image[i], cmap='Greys', zorder=2,
                          extent=(u + GAP, u + 1 - GAP, v + 1 - GAP, v + GAP))
        bottom.add_patch(Rectangle(
            (left + GAP / 2, upper + GAP / 2), columns - GAP, rows - GAP,
            facecolor='none', edgecolor=COLORS[name], linewidth=1.3))
    bottom.set(xlim=(0, NUM_COLUMNS), ylim=(NUM_ROWS, 0))
    for axis in [top, bottom]:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
save(figure, 'batches')
