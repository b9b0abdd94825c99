r"""MVGRL on a TU data set, with hard mini-batches."""

import argparse

import torch

from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.evaluation import linear_probe
from pyg_batchsampler.losses import JSDLoss
from pyg_batchsampler.nn import MVGRL
from pyg_batchsampler.training import embed_dataset

parser = argparse.ArgumentParser()
parser.add_argument('--dataset', default='MUTAG')
parser.add_argument('--epochs', type=int, default=20)
args = parser.parse_args()

# Data
dataset = load_dataset(args.dataset, root='data', features='degree',
                       diffusion=True)
print(dataset[0])

# Model
torch.manual_seed(0)
model = MVGRL(dataset.num_features, hidden_channels=128, num_layers=2)
criterion = JSDLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
score = linear_probe(embed_dataset(model, dataset), dataset.y)
print(f'untrained: accuracy {100 * score:.1f} %')

# Training
loader = BatchSamplerLoader(dataset, batch_size=32)
for epoch in range(1, args.epochs + 1):
    losses = []
    for batch in loader:
        optimizer.zero_grad()
        out = model(batch)
        loss = criterion(*out, batch.batch)
        loss.backward()
        optimizer.step()
        loader.update((out.graph1, out.graph2), batch.input_id)
        losses.append(loss.item())
    if epoch in (1, 2) or epoch % 5 == 0:
        print(f'epoch {epoch:2d}: loss {sum(losses) / len(losses):.2f}')

# Evaluation
score = linear_probe(embed_dataset(model, dataset), dataset.y)
print(f'trained: accuracy {100 * score:.1f} %')
