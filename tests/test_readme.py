import re
from pathlib import Path
from typing import Any, Dict

import pytest

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r'```python\n(.*?)```', (ROOT / 'README.md').read_text(),
                    flags=re.DOTALL)


@pytest.mark.parametrize('code', [b for b in BLOCKS if '    ...' not in b])
def test_examples_run(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    names: Dict[str, Any] = {}
    exec(code, names)
    printed = re.findall(r'print\(.*# (.*)', code)
    assert capsys.readouterr().out.split('\n')[:-1] == printed


def test_training_loop_of_the_front_page() -> None:
    r"""The loop with what it leaves out filled in."""
    import torch
    import torch.nn.functional as F

    from pyg_batchsampler.losses import nt_xent_loss
    from pyg_batchsampler.nn import GINEncoder, GraphCL
    from pyg_batchsampler.training import Digits
    from pyg_batchsampler.transforms import NodeDropping
    model = GraphCL(GINEncoder(3))
    optimizer = torch.optim.Adam(model.parameters())
    code = [b for b in BLOCKS if '    ...' in b][0]
    code = code.replace('    ...', '    optimizer.zero_grad()\n'
                        '    loss.backward()\n    optimizer.step()')
    names = dict(dataset=Digits()[:300], model=model, augment=NodeDropping(),
                 nt_xent_loss=nt_xent_loss, torch=torch, F=F,
                 optimizer=optimizer)
    exec(code, names)
    loader: Any = names['loader']
    assert loader._store.is_complete


def test_pictures_exist() -> None:
    text = (ROOT / 'README.md').read_text()
    for path in re.findall(r'!\[.*?\]\((.*?)\)', text):
        assert (ROOT / path).exists()
