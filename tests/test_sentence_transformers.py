r"""sentence-transformers' trainer, as docs/tutorials/text.rst has it."""

from pathlib import Path
from typing import Any, Iterator, List, Tuple

import pytest
from torch import Tensor

from pyg_batchsampler import ProximityBatchSampler
from tests.code_blocks import blocks_of

PAGE = Path(__file__).parents[1] / 'docs' / 'tutorials' / 'text.rst'
N, B, EPOCHS = 60, 8, 3


def tiny_model() -> Any:
    r"""A bag of words; nothing is downloaded."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    tokenizer = Tokenizer(WordLevel({str(i): i for i in range(N)}, '0'))
    tokenizer.pre_tokenizer = Whitespace()
    return SentenceTransformer(modules=[
        StaticEmbedding(tokenizer, embedding_dim=4)], device='cpu')


@pytest.mark.filterwarnings('ignore')  # theirs
def test_every_epoch_differs(tmp_path: Path,
                             monkeypatch: pytest.MonkeyPatch) -> None:
    recipe, = blocks_of(PAGE)  # nothing else on the page is left out
    for name in ['sentence_transformers', 'datasets', 'accelerate']:
        pytest.importorskip(name)
    from datasets import Dataset
    monkeypatch.chdir(tmp_path)
    passes: List[Tuple[int, List[List[int]]]] = []
    run_pass = ProximityBatchSampler._pass

    def recorded(self: ProximityBatchSampler,
                 batches: List[Tensor]) -> Iterator[List[int]]:
        seen: List[List[int]] = []
        passes.append((self.epoch, seen))
        for batch in run_pass(self, batches):
            seen.append(batch)
            yield batch

    monkeypatch.setattr(ProximityBatchSampler, '_pass', recorded)
    texts = [f'{i} {(i + 1) % N}' for i in range(N)]
    names = dict(
        model=tiny_model(),
        dataset=Dataset.from_dict(dict(anchor=texts, positive=texts)),
        arguments=dict(report_to='none', save_strategy='no',
                       disable_tqdm=True, use_cpu=True,
                       logging_strategy='no'))
    exec(recipe.code, names)
    epochs = [epoch for epoch, _ in passes]
    assert len(epochs) >= EPOCHS and len(set(epochs)) == len(epochs)
    batches = [seen for _, seen in passes if seen]
    assert len(batches) == EPOCHS
    for seen in batches:
        assert sorted(sum(seen, [])) == list(range(N))
    assert len({str(seen) for seen in batches}) == EPOCHS
