r"""Lightning's trainer, as docs/tutorials/lightning.rst has it."""

from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.code_blocks import run_page

PAGE = Path(__file__).parents[1] / 'docs' / 'tutorials' / 'lightning.rst'
N, B = 300, 64
NUM_BATCHES = -(-N // B)


@pytest.mark.filterwarnings('ignore')  # theirs
def test_goes_on_as_if_never_stopped(tmp_path: Path,
                                     monkeypatch: pytest.MonkeyPatch) -> None:
    lightning: Any = pytest.importorskip('lightning')
    monkeypatch.chdir(tmp_path)
    names: Dict[str, Any] = run_page(PAGE)
    seen: List[List[int]] = []

    contrastive: Any = names['Contrastive']

    class Module(contrastive):
        def training_step(self, batch: Any, batch_idx: int) -> Any:
            seen.append(batch.input_id.tolist())
            # Embeddings that no rounding can change.
            self.loader.update(names['torch'].nn.functional.one_hot(
                batch.input_id * 7 % 30, 30).float(), batch.input_id)
            return self.model(batch).sum() * 0

    def fit(path: Any = None, *callbacks: Any) -> None:
        trainer = lightning.Trainer(max_epochs=4, callbacks=list(callbacks),
                                    **names['options'])
        trainer.fit(Module(names['dataset']), ckpt_path=path,
                    weights_only=False)

    fit(None, *(names['ModelCheckpoint'](tmp_path, '{step}', save_top_k=-1,
                                         every_n_train_steps=steps)
                for steps in [NUM_BATCHES, 2 * NUM_BATCHES + 3]))
    expected = list(seen)
    for i in range(0, len(expected), NUM_BATCHES):
        assert sorted(sum(expected[i:i + NUM_BATCHES], [])) == list(range(N))
    for steps in [NUM_BATCHES, 2 * NUM_BATCHES, 2 * NUM_BATCHES + 3]:
        seen.clear()
        fit(tmp_path / f'step={steps}.ckpt')
        assert seen == expected[steps:]
