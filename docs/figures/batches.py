r"""A uniform, a proximity and a kNN mini-batch of digits: where its instances
lie among all others, and what they look like."""

import matplotlib.pyplot as plt
import numpy as np
from digits import CLASS_COLORS, digits, layout, save, typical_batches

from pyg_batchsampler import in_batch_similarity, same_label_rate

NUM_COLUMNS, NUM_ROWS = 8, 4
TITLES = {'uniform': 'uniform', 'proximity': 'proximity (BatchSampler)',
          'knn': 'nearest neighbors'}

data = digits()
position = layout(data.embedding)
batches = typical_batches(data.embedding, NUM_COLUMNS * NUM_ROWS)
figure, axes = plt.subplots(2, 3, figsize=(9, 5.2), height_ratios=[5, 2.9],
                            gridspec_kw={'hspace': 0.06, 'wspace': 0.08})
for column, (name, batch) in enumerate(batches.items()):
    similarity = round(float(in_batch_similarity(data.embedding, [batch])), 2)
    rate = float(same_label_rate(data.label, [batch])[0])
    top, bottom = axes[:, column]
    top.scatter(*position.T, s=3, color='0.86', linewidths=0)
    color = CLASS_COLORS(data.label[batch].numpy())
    top.scatter(*position[batch].T, s=34, color=color, edgecolors='black',
                linewidths=0.6)
    top.set_title(f'{TITLES[name]}\nsimilarity {similarity + 0.0:.2f}, '
                  f'same label {rate:.0%}')
    rows = data.image[batch].reshape(NUM_ROWS, NUM_COLUMNS, 8, 8)
    bottom.imshow(np.pad(rows, [(0, 0), (0, 0), (1, 1), (1, 1)]).transpose(
        0, 2, 1, 3).reshape(NUM_ROWS * 10, NUM_COLUMNS * 10), cmap='Greys')
    for axis in [top, bottom]:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
save(figure, 'batches')
