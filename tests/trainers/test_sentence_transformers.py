r"""sentence-transformers' trainer, as docs/tutorials/text.rst has it."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Dict

import pytest

from tests.code_blocks import blocks_of
from tests.trainers.helpers import epochs_of
from tests.trainers.sentences import B, N, run_recipe

PAGE = Path(__file__).parents[2] / 'docs' / 'tutorials' / 'text.rst'
pytestmark = pytest.mark.filterwarnings('ignore')  # theirs


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dict[str, Any]:
    r"""The names of a module: checkpoints want to find functions in one."""
    monkeypatch.chdir(tmp_path)
    module = ModuleType('recipe')
    monkeypatch.setitem(sys.modules, 'recipe', module)
    return module.__dict__


def test_every_epoch_differs(names: Dict[str, Any]) -> None:
    recipe, = blocks_of(PAGE)  # nothing else on the page is left out
    epochs = run_recipe(recipe.code, names)
    assert len(epochs) == 3
    for epoch in epochs:
        assert sorted(sum(epoch, [])) == list(range(N))
    sampler = names['batch_sampler'](range(N), B, False,
                                     seed=names['trainer'].args.seed)
    assert epochs == epochs_of(sampler, 0, 1, 2)


def test_goes_on_from_checkpoints(names: Dict[str, Any]) -> None:
    recipe, = blocks_of(PAGE)
    saving: Dict[str, Any] = dict(save_strategy='steps', save_steps=1)
    whole = sum(run_recipe(recipe.code, names, **saving), [])
    for step in [4, 5, 10]:  # after an epoch of four steps, and within one
        code = recipe.code.replace('trainer.train()', (
            f"trainer.train(resume_from_checkpoint='output/checkpoint-{step}')"
        ))
        assert code != recipe.code
        assert sum(run_recipe(code, names, **saving), []) == whole[step:]
