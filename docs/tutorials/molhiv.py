r"""GraphCL on ogbg-molhiv, with an encoder that computes embeddings."""

import argparse

import torch

from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.evaluation import ogb_probe
from pyg_batchsampler.losses import nt_xent_loss
from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.training import embed_dataset
from pyg_batchsampler.transforms import NodeDropping

parser = argparse.ArgumentParser()
parser.add_argument('--epochs', type=int, default=2)
args = parser.parse_args()

# Data
dataset = load_dataset('ogbg-molhiv', root='data')
split = dataset.get_idx_split()
print(f'{len(dataset)} molecules, {len(split["test"])} of them for testing')

# Model
torch.manual_seed(0)
model = GraphCL(GINEncoder(None, hidden_channels=64))  # None: OGB's features
augment = NodeDropping(0.2)
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)


def evaluate(name: str) -> None:
    score = ogb_probe(embed_dataset(model, dataset), dataset.y, split,
                      'ogbg-molhiv')
    print(f'{name}: ROC-AUC {score["test"]:.3f}')


evaluate('untrained')

# Training
loader = BatchSamplerLoader(dataset, batch_size=256, encoder=model)
for epoch in range(1, args.epochs + 1):
    losses = []
    for batch in loader:
        optimizer.zero_grad()
        loss = nt_xent_loss(model(augment(batch)), model(augment(batch)),
                            temperature=0.2)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(f'epoch {epoch}: loss {sum(losses) / len(losses):.2f}')

# Evaluation
evaluate('trained')
