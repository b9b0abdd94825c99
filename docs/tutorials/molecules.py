r"""Molecules and words: two towers, hard mini-batches, and a query in words
that finds molecules."""

import argparse

import torch
import torch.nn.functional as F
from rdkit import Chem
from rdkit.Chem import Draw
from torch.optim.swa_utils import update_bn
from torch_geometric import seed_everything
from torch_geometric.loader import DataLoader

from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.datasets import load_dataset
from pyg_batchsampler.datasets.chebi20 import read_records
from pyg_batchsampler.datasets.embed_texts import load_text_encoder
from pyg_batchsampler.losses import info_nce_loss
from pyg_batchsampler.nn import DualEncoder, GINEncoder

parser = argparse.ArgumentParser()
parser.add_argument('--root', default='data', help='folder of the data sets')
parser.add_argument('--picture', default='molecules.png')
args = parser.parse_args()
seed_everything(0)

# Pairs
dataset = load_dataset('chebi20', args.root)
smiles, texts = read_records(args.root)
assert len(smiles) == len(dataset)  # RDKit reads all of them
held_out, train = dataset[:1000], dataset[1000:]
print(len(train), 'pairs to train on,', dataset[0])

# Two towers
model = DualEncoder(GINEncoder(in_channels=None, hidden_channels=64),
                    description_channels=384, projection_channels=128)


@torch.no_grad()
def embed(data_list):
    # Running averages over hard mini-batches are too narrow.
    update_bn(DataLoader(train[:1000], batch_size=500), model)
    model.eval()
    x, y = zip(*map(model, DataLoader(data_list, batch_size=500)))
    model.train()
    return (F.normalize(torch.cat(x), dim=1),
            F.normalize(torch.cat(y), dim=1))


# Training
loader = BatchSamplerLoader(train, batch_size=16, warmup_epochs=2)
optimizer = torch.optim.Adam(model.parameters())
schedule = torch.optim.lr_scheduler.OneCycleLR(
    optimizer, max_lr=0.001, epochs=8, steps_per_epoch=len(loader))
for epoch in range(1, 9):
    for batch in loader:
        z_graph, z_text = model(batch)
        loss = info_nce_loss(z_graph, z_text)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        loader.update((z_graph, z_text), batch.input_id)
    z_graph, z_text = embed(held_out)
    rank = 1 + (z_text @ z_graph.t() >
                (z_text * z_graph).sum(dim=1, keepdim=True)).sum(dim=1)
    hardness = loader.hardness
    print(f'epoch {epoch}: of 1,000 molecules, their texts find '
          f'{(rank == 1).sum()}, MRR {100 * (1 / rank).mean():.1f} %' + (
              f', {hardness}' if hardness else ''))

# Who meets whom
explanation = loader.explain(next(iter(loader)))
hardest = int(explanation.similarity[:, 0].argmax())
print(explanation)
for i in [explanation.index[hardest], explanation.partner[hardest, 0]]:
    print(f'{i}: {texts[1000 + int(i)][:150]} …')

# A query
QUERIES = ['A steroid hormone.', 'A sugar made of three monosaccharides.',
           'An insecticide that contains chlorine.']
z_graph, _ = embed(dataset)
words = torch.from_numpy(load_text_encoder().encode(QUERIES))
z_query = F.normalize(model.describe(words), dim=1)
similarity, found = (z_query @ z_graph.t()).topk(4, dim=1)
image = Draw.MolsToGridImage(
    [Chem.MolFromSmiles(smiles[i]) for i in found.flatten().tolist()],
    molsPerRow=4, subImgSize=(240, 150),
    legends=[f'{value:.2f}' for value in similarity.flatten().tolist()])
image.save(args.picture)
for query, row in zip(QUERIES, found.tolist()):
    print(query)
    for i in row:
        print('   ', texts[i][:100], '…')
