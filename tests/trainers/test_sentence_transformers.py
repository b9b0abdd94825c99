r"""sentence-transformers' trainer, as docs/tutorials/text.rst has it."""

from pathlib import Path
from typing import Any, List

import pytest

from tests.code_blocks import blocks_of
from tests.trainers.helpers import epochs_of
from tests.trainers.sentences import B, N, run_recipe

PAGE = Path(__file__).parents[2] / 'docs' / 'tutorials' / 'text.rst'


@pytest.mark.filterwarnings('ignore')  # theirs
def test_every_epoch_differs(tmp_path: Path,
                             monkeypatch: pytest.MonkeyPatch) -> None:
    recipe, = blocks_of(PAGE)  # nothing else on the page is left out
    monkeypatch.chdir(tmp_path)
    names: Any = {}
    epochs: List[List[List[int]]] = run_recipe(recipe.code, names)
    assert len(epochs) == 3
    for epoch in epochs:
        assert sorted(sum(epoch, [])) == list(range(N))
    sampler = names['batch_sampler'](range(N), B, False,
                                     seed=names['trainer'].args.seed)
    assert epochs == epochs_of(sampler, 0, 1, 2)
