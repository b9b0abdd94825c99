r"""A data set of one's own: is it worth sampling, and how hard should
mini-batches be?"""

import torch
from torch_geometric import seed_everything
from torch_geometric.data import Data
from torch_geometric.utils import (barabasi_albert_graph, erdos_renyi_graph,
                                   grid)

from pyg_batchsampler import (BatchSamplerLoader, ProximityBatchSampler,
                              UniformBatchSampler, report_batches)
from pyg_batchsampler.losses import nt_xent_loss, similar_pairs
from pyg_batchsampler.nn import GINEncoder, GraphCL
from pyg_batchsampler.training import embed_dataset
from pyg_batchsampler.transforms import EdgePerturbation

# Data
seed_everything(0)


def make_graph(kind: int, num_nodes: int) -> Data:
    edge_index = [
        lambda: erdos_renyi_graph(num_nodes, edge_prob=4 / num_nodes),
        lambda: barabasi_albert_graph(num_nodes, num_edges=2),
        lambda: grid(num_nodes // 4, 4)[0],
    ][kind]()
    num_nodes = max(num_nodes // 4 * 4, int(edge_index.max()) + 1)
    return Data(x=torch.ones(num_nodes, 1), edge_index=edge_index, y=kind)


dataset = [make_graph(i % 3, int(torch.randint(12, 40, (1, ))))
           for i in range(600)]
print(len(dataset), dataset[0])

# A look before training
model = GraphCL(GINEncoder(1))
embedding = embed_dataset(model, dataset)  # untrained, but not blind
embedding = (embedding - embedding.mean(dim=0)) / (embedding.std(dim=0) + 1e-6)
label = torch.tensor([data.y for data in dataset])
samplers = {'uniform': UniformBatchSampler(embedding, batch_size=64)}
for k in [2, 4, 8, None]:
    samplers[f'walk_size={k}'] = ProximityBatchSampler(
        embedding, batch_size=64, walk_size=k)
for name, sampler in samplers.items():
    means = report_batches(list(sampler), embedding, label).means()
    print(f'{name}: top-1 {means["hardest_negative_similarity"]:.2f}, '
          f'spread {means["spread"]:.2f}, '
          f'same label {means["same_label_rate"]:.2f}, '
          f'of the hardest {means["hardest_same_label_rate"]:.2f}')

# Training
loader = BatchSamplerLoader(dataset, batch_size=64)
augment = EdgePerturbation(0.1)
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
for epoch in range(1, 6):
    losses = []
    # What is known of last epoch's embeddings tells which pairs to leave out.
    known = None if loader.recorded is None else loader.recorded.clone()
    for batch in loader:
        index = batch.input_id
        optimizer.zero_grad()
        z1, z2 = model(augment(batch)), model(augment(batch))
        mask = None if known is None else similar_pairs(known[index], 0.1)
        loss = nt_xent_loss(z1, z2, temperature=0.2, is_false_negative=mask)
        loss.backward()
        optimizer.step()
        loader.update((z1, z2), index)
        losses.append(loss.item())
    print(f'epoch {epoch}: loss {sum(losses) / len(losses):.2f}')
