r"""GraphCL on a TU data set, with hard mini-batches."""

import argparse

import torch

from pyg_batchsampler import BatchSamplerLoader, same_label_rate
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.evaluation import linear_probe
from pyg_batchsampler.losses import nt_xent_loss
from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.training import embed_dataset
from pyg_batchsampler.transforms import (NodeDropping, RandomChoice,
                                         RandomWalkSubgraph)

parser = argparse.ArgumentParser()
parser.add_argument('--dataset', default='NCI1')
parser.add_argument('--epochs', type=int, default=20)
args = parser.parse_args()

# Data
dataset = load_dataset(args.dataset, root='data')
label = dataset.y
print(f'{args.dataset}: {len(dataset)} graphs, '
      f'{dataset.num_classes} classes')

# Model
torch.manual_seed(0)
model = GraphCL(GINEncoder(dataset.num_features))
augment = RandomChoice([NodeDropping(0.1), RandomWalkSubgraph(0.2)])
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
score = linear_probe(embed_dataset(model, dataset), label)
print(f'untrained: accuracy {100 * score:.1f} %')

# Training
loader = BatchSamplerLoader(dataset, batch_size=128)
for epoch in range(1, args.epochs + 1):
    losses, batches = [], []
    for batch in loader:
        optimizer.zero_grad()
        z1, z2 = model(augment(batch)), model(augment(batch))
        loss = nt_xent_loss(z1, z2, temperature=0.2)
        loss.backward()
        optimizer.step()

        loader.update((z1, z2), batch.input_id)
        batches.append(batch.input_id)
        losses.append(loss.item())
    if epoch in (1, 2) or epoch % 5 == 0:
        print(f'epoch {epoch:2d}: loss {sum(losses) / len(losses):.2f}, '
              f'same label {same_label_rate(label, batches).mean():.2f}, '
              f'planned: {loader.hardness}')

# Evaluation
score = linear_probe(embed_dataset(model, dataset), label)
print(f'trained: accuracy {100 * score:.1f} %')
