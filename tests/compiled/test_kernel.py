r"""Machine code is kept, and never stale: on copies of the package, each in a
process of its own."""

import multiprocessing
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, List, Tuple

import pytest

PACKAGE = Path(__file__).parents[2] / 'pyg_batchsampler'
SPLIT_MIX = 'compiled/split_mix.py'
# A kernel whose parts come from other files: a constant, and another kernel.
PARTS = 'THREE, LETTER, PAIR = 3, "a", (1, 2)\n'
CALLER = '''
from pyg_batchsampler.compiled.kernel import kernel
from pyg_batchsampler.compiled.parts import LETTER, PAIR, THREE
from pyg_batchsampler.compiled.split_mix import split_mix


@kernel
def caller(x):
    return split_mix(x) % 1000 + THREE + PAIR[1] + (LETTER == "b")
'''

Answer = Tuple[Any, int, int]  # a result, and how often code was kept or made


def walk() -> Answer:
    import torch

    from pyg_batchsampler import ProximityGraph, random_walk_with_restart
    from pyg_batchsampler.walk.walk_compiled import _walk_rows
    node = torch.arange(20).view(-1, 1)
    graph = ProximityGraph.from_neighbors((node + torch.arange(1, 9)) % 20)
    batch = random_walk_with_restart(
        graph, node[:, 0], batch_size=8,
        generator=torch.Generator().manual_seed(0))
    return batch.tolist(), *_kept_or_made(_walk_rows)


def call() -> Answer:
    import numpy as np

    caller = import_module('pyg_batchsampler.compiled.caller').caller
    return caller(np.uint64(7)), *_kept_or_made(caller)


def _kept_or_made(dispatcher: Any) -> Tuple[int, int]:
    stats = dispatcher.stats
    return sum(stats.cache_hits.values()), sum(stats.cache_misses.values())


def _answer(sender: Any, folder: Path, home: Path, cache_dir: str,
            ask: Callable[[], Answer]) -> None:
    import os

    config: Any = import_module('numba.core.config')
    os.environ['XDG_CACHE_HOME'] = str(home)
    config.CACHE_DIR = cache_dir
    sys.path.insert(0, str(folder))
    out = ask()
    import pyg_batchsampler
    assert Path(pyg_batchsampler.__file__).is_relative_to(folder)
    sender.send(out)


class Copy:
    r"""A copy of the package that may be edited, and asked in a process of
    its own."""
    def __init__(self, folder: Path):
        self.folder, self.home = folder, folder / 'home'
        self.root = folder / PACKAGE.name
        shutil.copytree(PACKAGE, self.root,
                        ignore=shutil.ignore_patterns('__pycache__'))
        self.write('compiled/parts.py', PARTS)
        self.write('compiled/caller.py', CALLER)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text()
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def ask(self, question: Callable[[], Answer],
            cache_dir: str = '') -> Answer:
        # Processes fork off a server that has imported what takes seconds.
        context = multiprocessing.get_context('forkserver')
        context.set_forkserver_preload(['torch_geometric.loader', 'numba',
                                        'torch_sparse', 'sklearn.svm'])
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_answer, args=(
            sender, self.folder, self.home, cache_dir, question))
        process.start()
        sender.close()
        out: Answer = receiver.recv()
        process.join()
        return out


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_edit_of_a_helper_reaches_the_walk(copy: Copy) -> None:
    batches, kept, made = copy.ask(walk)
    assert (kept, made) == (0, 1)
    assert copy.ask(walk) == (batches, 1, 0)
    copy.edit(SPLIT_MIX, 'state >> np.uint64(27)', 'state >> np.uint64(28)')
    other, kept, made = copy.ask(walk)
    assert other != batches and (kept, made) == (0, 1)


def test_only_what_code_depends_on_makes_it_stale(copy: Copy) -> None:
    value, kept, made = copy.ask(call)
    assert (kept, made) == (0, 1)
    copy.edit('compiled/counting_sort.py', '[2, 0, 2]', '[2, 0, 1]')
    copy.edit('compiled/run_in_threads.py', '= 2_000_000', '= 3_000_000')
    assert copy.ask(call) == (value, 1, 0)
    for i, (old, new) in enumerate([('3, "a"', '4, "a"'), ('"a"', '"b"'),
                                    ('(1, 2)', '(1, 3)')], start=1):
        copy.edit('compiled/parts.py', old, new)
        assert copy.ask(call) == (value + i, 0, 1)
    copy.edit('compiled/kernel.py', 'nogil=True, cache=True',
              'nogil=False, cache=True')
    assert copy.ask(call) == (value + 3, 0, 1)
    copy.edit(SPLIT_MIX, '0x94D049BB133111EB', '0x94D049BB133111EF')
    other, kept, made = copy.ask(call)
    assert other != value + 3 and (kept, made) == (0, 1)


def files(folder: Path) -> List[str]:
    return [path.name for path in folder.rglob('*.nbi')]


def test_read_only_package(copy: Copy) -> None:
    # Not even the administrator writes to a folder that is a file.
    copy.write('compiled/__pycache__', '')
    value, kept, made = copy.ask(call)
    assert (kept, made) == (0, 1)
    assert files(copy.root / 'compiled') == []
    assert any(name.startswith('caller.') for name in files(copy.home))
    assert copy.ask(call) == (value, 1, 0)
    copy.edit('compiled/parts.py', '3, ', '4, ')
    assert copy.ask(call) == (value + 1, 0, 1)


def test_nowhere_to_write(copy: Copy) -> None:
    copy.write('compiled/__pycache__', '')
    copy.home.write_text('')
    for _ in range(2):
        assert copy.ask(call, cache_dir=f'{copy.home}/cache')[1:] == (0, 1)


def test_folder_of_the_user(copy: Copy, tmp_path: Path) -> None:
    cache_dir = str(tmp_path / 'cache')
    value = copy.ask(call, cache_dir)[0]
    assert copy.ask(call, cache_dir) == (value, 1, 0)
    assert any(name.startswith('caller.') for name in files(Path(cache_dir)))
