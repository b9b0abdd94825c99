r"""Half a sentence is to find its other half."""

from pathlib import Path
from typing import Any, List, Optional, Tuple

import torch
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import Tensor

from benchmarks.once.task import Data, Run, kept
from benchmarks.ranks import found_both_ways
from benchmarks.retrieval import (BagOfWords, Pair, Words, collate,
                                  synthetic_pairs, to_indices)
from pyg_batchsampler.losses import info_nce_loss
from pyg_batchsampler.seed import derive_seed, global_seed

LRS = [0.03, 0.1, 0.3]
NORM: Optional[str] = None
TEMPERATURE = 0.05
MIN_WORDS = 8  # of a sentence


def load(root: str) -> Data:
    r"""Reads and analyses sentences; invents some without a folder."""
    if not root:
        halves = synthetic_pairs(1200)
        return Data(halves, analysis(halves, 16), 300)
    lines = Path(root, 'text', 'sentences.txt').read_text(encoding='utf-8')
    words = [line.lower().split() for line in dict.fromkeys(
        lines.splitlines())]
    halves = [(each[:len(each) // 2], each[len(each) // 2:])
              for each in words if len(each) >= MIN_WORDS]
    path = Path(root, 'embeddings', f'analysis-{len(halves)}.npy')
    return Data(halves, kept(path, lambda: analysis(halves, 64)), 2000)


def analysis(halves: List[Words], dim: int) -> Tensor:
    r"""Embeds whole sentences by latent semantic analysis."""
    count = TfidfVectorizer(analyzer=lambda pair: pair[0] + pair[1], min_df=2)
    return torch.from_numpy(TruncatedSVD(dim, random_state=0).fit_transform(
        count.fit_transform(halves))).float()


def begin(data: Data, train: Tensor, test: Tensor, norm: Optional[str],
          lr: float, seed: int) -> Run:
    r"""Returns what is trained and tested; there is nothing to normalize."""
    num_words, dataset, tested = to_indices(
        *([data.instances[i] for i in some.tolist()]
          for some in (train, test)))
    with global_seed(derive_seed(seed)):
        model = BagOfWords(num_words)
    held_out = collate(tested)

    def compare_sides(batch: Any, mask: Optional[Tensor]) -> Tuple[Tensor,
                                                                  Pair]:
        x, y = model(batch)
        return info_nce_loss(x, y, TEMPERATURE), (x, y)

    optimizer = torch.optim.SparseAdam(model.parameters(), lr=lr)
    return Run(model, compare_sides, optimizer, dataset,
               dict(collate_fn=collate),
               lambda: found_both_ways(*model(held_out)))
