r"""A proximity graph of digits, laid out in the plane, and three walks with
restarts on it: their steps, and what each gives to the mini-batch, in order of
first visit."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from digits import digits, layout, save
from matplotlib.offsetbox import AnnotationBbox, OffsetImage

from pyg_batchsampler import build_proximity_graph

NUM_INSTANCES, WALK_SIZE, RESTART_PROB = 90, 4, 0.2
STARTS = {5: '#0067a5', 36: '#e08a00', 27: '#7b1f4b'}  # and colors
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

# The walks as the paper has them, step by step.
steps, order = {}, {}
for start in STARTS:
    steps[start], order[start], here = [], [start], start
    while len(order[start]) < WALK_SIZE:
        if float(torch.rand(1, generator=generator)) < RESTART_PROB:
            here = start
            continue
        neighbors = graph.col[graph.rowptr[here]:graph.rowptr[here + 1]]
        pick = torch.randint(len(neighbors), (1, ), generator=generator)
        there = int(neighbors[pick])
        steps[start].append((here, there))
        if there not in order[start]:
            order[start].append(there)
        here = there
color_of = {i: color for start, color in STARTS.items() for i in order[start]}

figure, axis = plt.subplots(figsize=(WIDTH, HEIGHT))
row = torch.arange(NUM_INSTANCES).repeat_interleave(graph.rowptr.diff())
for edge in torch.stack([row, graph.col], dim=1).tolist():
    axis.plot(*position[edge].T, color='0.84', linewidth=0.7, zorder=1)
for start, color in STARTS.items():
    for here, there in steps[start]:
        axis.annotate('', position[there], position[here], zorder=3,
                      arrowprops=dict(arrowstyle='-|>', color=color,
                                      linewidth=1.6, shrinkA=9, shrinkB=11,
                                      connectionstyle='arc3,rad=0.12'))
for i in range(NUM_INSTANCES):
    is_in = i in color_of
    picture = AnnotationBbox(
        OffsetImage(data.image[i], zoom=1.9 if is_in else 1.4, cmap='Greys',
                    alpha=1.0 if is_in else 0.45), position[i], pad=0.12,
        bboxprops=dict(edgecolor=color_of.get(i, '0.75'), facecolor='white',
                       linewidth=2.4 if is_in else 0.7))
    picture.zorder = 4 if is_in else 2
    axis.add_artist(picture)
for start, color in STARTS.items():
    for number, i in enumerate(order[start], start=1):
        axis.annotate(str(number), position[i], (10, 9), zorder=6, fontsize=9,
                      textcoords='offset points', color='white', ha='center',
                      va='center', weight='bold',
                      bbox=dict(boxstyle='circle,pad=0.15', facecolor=color,
                                linewidth=0))
margin = 0.04 * (position.max(axis=0) - position.min(axis=0))
low, high = position.min(axis=0) - margin, position.max(axis=0) + margin
axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
axis.spines[:].set_visible(False)
save(figure, 'walk')
