r"""A proximity graph of digits, laid out in the plane, and one walk with
restarts on it: its steps, and the mini-batch in order of first visit."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from digits import CLASS_COLORS, digits, layout, save
from matplotlib.offsetbox import AnnotationBbox, OffsetImage

from pyg_batchsampler import build_proximity_graph

NUM_INSTANCES, BATCH_SIZE, RESTART_PROB, START = 90, 10, 0.2, 5
MIN_DISTANCE = 0.115
WIDTH, HEIGHT = 9, 5.2


def apart(position: 'np.ndarray', ratio: float) -> 'np.ndarray':
    r"""Moves pictures that lie on each other apart; fills the figure."""
    position = position - position.min(axis=0)
    position = position / position.max(axis=0) * [ratio, 1.0]
    for _ in range(200):
        away = position[:, None] - position[None]
        length = np.linalg.norm(away, axis=-1, keepdims=True).clip(1e-6)
        push = away / length * (MIN_DISTANCE - length).clip(0)
        position = position + 0.2 * push.sum(axis=1)
    return position


data = digits(NUM_INSTANCES)
position = apart(layout(data.embedding), WIDTH / HEIGHT)
generator = torch.Generator().manual_seed(3)
graph = build_proximity_graph(data.embedding, num_candidates=30,
                              num_neighbors=3, generator=generator)

# The walk as the paper has it, step by step.
steps, batch, here = [], [START], START
while len(batch) < BATCH_SIZE:
    if float(torch.rand(1, generator=generator)) < RESTART_PROB:
        here = START
        continue
    neighbors = graph.col[graph.rowptr[here]:graph.rowptr[here + 1]]
    pick = torch.randint(len(neighbors), (1, ), generator=generator)
    there = int(neighbors[pick])
    steps.append((here, there))
    if there not in batch:
        batch.append(there)
    here = there

figure, axis = plt.subplots(figsize=(WIDTH, HEIGHT))
row = torch.arange(NUM_INSTANCES).repeat_interleave(graph.rowptr.diff())
for edge in torch.stack([row, graph.col], dim=1).tolist():
    axis.plot(*position[edge].T, color='0.82', linewidth=0.7, zorder=1)
for here, there in steps:
    axis.annotate('', position[there], position[here], zorder=3,
                  arrowprops=dict(arrowstyle='-|>', color='black',
                                  linewidth=1.3, shrinkA=9, shrinkB=10,
                                  connectionstyle='arc3,rad=0.12'))
for i in range(NUM_INSTANCES):
    is_in = i in batch
    picture = AnnotationBbox(
        OffsetImage(data.image[i], zoom=1.9 if is_in else 1.5, cmap='Greys',
                    alpha=1.0 if is_in else 0.55), position[i], pad=0.12,
        bboxprops=dict(edgecolor=CLASS_COLORS(int(data.label[i])),
                       linewidth=2.2 if is_in else 0.8,
                       facecolor='white'))
    picture.zorder = 4 if is_in else 2
    axis.add_artist(picture)
for order, i in enumerate(batch):
    axis.annotate(str(order + 1), position[i], (9, 8), zorder=6, fontsize=8,
                  textcoords='offset points', color='white', ha='center',
                  va='center', weight='bold',
                  bbox=dict(boxstyle='circle,pad=0.15', facecolor='black',
                            linewidth=0))
margin = 0.04 * (position.max(axis=0) - position.min(axis=0))
low, high = position.min(axis=0) - margin, position.max(axis=0) + margin
axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
axis.spines[:].set_visible(False)
save(figure, 'walk')
