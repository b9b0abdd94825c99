import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import pytest
import torch
from torch import Tensor

from pyg_batchsampler import diagnose
from pyg_batchsampler.cli import main
from pyg_batchsampler.diagnosis import embedding_properties
from pyg_batchsampler.diagnosis.embedding_properties import \
    nearest_same_label_rate
from tests.helpers import make_generator, raises, untouched_random_state


def pairs(num_pairs: int = 400, dim: int = 16) -> Tensor:
    r"""Every instance has one that is like it, and few that are near."""
    centre = torch.randn(num_pairs // 2, dim, generator=make_generator())
    return centre.repeat(2, 1) + 0.5 * torch.randn(
        num_pairs, dim, generator=make_generator(1))


def classes(num_classes: int, n: int = 400) -> 'tuple[Tensor, Tensor]':
    label = torch.arange(n) % num_classes
    x = torch.eye(num_classes, 16)[label]
    return x + 0.1 * torch.randn(n, 16, generator=make_generator()), label


def test_what_to_try_first() -> None:
    with untouched_random_state():
        found = diagnose(pairs(), batch_size=16)
    assert found.advice.first == 'groups of 4, the default'
    text = repr(found)
    assert 'Try first: groups of 4, the default (top-1 similarity' in text
    names = [row['plan'] for row in found.rows()]
    assert names[0] == 'uniform' and len(names) == 6
    assert diagnose(pairs(), batch_size=16).rows()[2]['top-1'] == (
        found.rows()[2]['top-1'])


@pytest.mark.parametrize('kwargs,reason', [
    (dict(embedding=torch.randn(500, 16, generator=make_generator()),
          batch_size=16), 'the embedding tells little'),
    (dict(embedding=pairs(40), batch_size=16), 'B / N is 0.40'),
    (dict(embedding=pairs() + 50, batch_size=16), 'all rows point one way'),
    (dict(embedding=torch.eye(16).repeat(20, 1) * 3.0, batch_size=16),
     '100 % of the instances coincide'),
    (dict(zip(['embedding', 'label'], classes(2)), batch_size=16),
     'already in uniform mini-batches 100 % of the hardest negatives'),
    (dict(embedding=pairs(), label=torch.arange(400) % 7, batch_size=16),
     'tells nothing of these labels'),
])
def test_when_not_to_bother(kwargs: Dict[str, Any], reason: str) -> None:
    found = diagnose(**kwargs)
    assert found.advice.first is None
    assert found.sentences()[0].startswith('Do not bother: ')
    assert reason in found.advice.reason


def test_plans_to_avoid() -> None:
    x, label = classes(16)
    x = x + 0.3 * torch.randn(400, 16, generator=make_generator(2))
    found = diagnose(x, batch_size=16, plans={
        'groups of 4': dict(strategy='proximity'),
        'nearest': dict(strategy='knn')})
    assert [text.split(':')[0] for text in found.advice.avoid] == ['nearest']
    assert 'of the spread' in found.advice.avoid[0]
    assert found.advice.first == 'groups of 4'


@pytest.mark.parametrize('seed', range(4))
def test_what_is_recommended_is_harder_and_not_avoided(seed: int) -> None:
    generator = make_generator(seed)
    centre = torch.randn(30, 12, generator=generator)
    noise = float(torch.rand(1, generator=generator))
    x = centre.repeat(10, 1) + noise * torch.randn(300, 12,
                                                   generator=generator)
    for label in [None, torch.arange(300) % 30]:
        found = diagnose(x, label, 12, plans={
            'same': dict(strategy='proximity', walk_size=1),
            'nearest': dict(strategy='knn'),
            'groups': dict(strategy='proximity')})
        first = found.advice.first
        if first is None:
            assert found.advice.reason
            continue
        row = {row['plan']: row for row in found.rows()}
        assert row[first]['top-1'] > row['uniform']['top-1'] + 0.001
        assert not any(text.startswith(first) for text in found.advice.avoid)


def test_labels_of_several_tasks() -> None:
    label = torch.stack([torch.arange(400) % 2, torch.arange(400) % 3], 1)
    label = label.float()
    label[::7, 0] = float('nan')
    assert 'top same' in repr(diagnose(pairs(), label, 16))
    found = repr(diagnose(pairs(), label[:, :1], 16))
    assert 'top same' in found and 'has the same label in' in found


def test_neighbors_are_those_of_what_is_planned() -> None:
    small = 1e-3
    x = torch.tensor([[1, small, small], [-1, small, small],
                      [1, -small, -small], [-1, -small, -small]])
    label = torch.tensor([0.0, 0.0, 1.0, 1.0])
    assert nearest_same_label_rate(x, label) == 0.0
    assert nearest_same_label_rate(x, label, center=True) == 1.0
    label[1] = float('nan')  # 2 and 3 are left
    assert nearest_same_label_rate(x, label, center=True) == 1.0


def test_properties() -> None:
    x = pairs(60)
    x[7] = x[3]
    found = embedding_properties(x)
    assert found.duplicates.tolist() == [[3, 7]]
    assert found.duplicate_share == pytest.approx(2 / 60)
    assert found.shuffled_similarity < found.nearest_similarity < 1
    # A point in the middle of a ring of far others is a hub.
    ring = torch.randn(100, 99, generator=make_generator())
    hubs = embedding_properties(torch.cat([ring, ring.mean(0, True)]))
    assert int(hubs.hubs[0]) == 100 and hubs.hub_shares[0] > 0.3
    label = torch.arange(60) % 30
    clear = torch.eye(30).repeat(2, 1)
    assert nearest_same_label_rate(clear, label) == 1.0
    assert nearest_same_label_rate(clear, torch.ones(60, 2)) is None
    with raises(ValueError, "'embedding' must hold two instances or more "
                            '(got 1)'):
        embedding_properties(x[:1])


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: List[str] = []
        self.links: List[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs
                       if name in ('src', 'href')]


def test_page_and_json(tmp_path: Path) -> None:
    x, label = classes(16)
    found = diagnose(x, label, 16)
    found.to_html(tmp_path / 'page.html')
    text = (tmp_path / 'page.html').read_text(encoding='utf-8')
    page = _Links()
    page.feed(text)
    assert page.links and all(link.startswith('data:image/png;base64,')
                              for link in page.links)
    assert 'http' not in text and page.tags.count('details') == 6
    found.to_json(tmp_path / 'page.json')
    saved = json.loads((tmp_path / 'page.json').read_text())
    assert saved['plans'][0]['plan'] == 'uniform'
    assert saved['embedding']['num_instances'] == 400


def test_bad_values() -> None:
    with raises(ValueError, "'batch_size' must be at most the number of "
                            'instances, 400 (got 500)'):
        diagnose(pairs(), batch_size=500)
    with raises(ValueError, "'embedding' and 'label' must be of the same "
                            'instances (got 400 and 3)'):
        diagnose(pairs(), torch.arange(3), 16)
    with pytest.raises(ValueError, match="not call anything else 'uniform'"):
        diagnose(pairs(), plans={'uniform': dict(strategy='knn')})


def report(*argv: str) -> int:
    return main(['report', *argv])


@pytest.mark.parametrize('kind', ['npy', 'npz', 'pt', 'csv'])
def test_command(kind: str, tmp_path: Path,
                 capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f'mine.{kind}'
    x = pairs().numpy()
    if kind == 'npy':
        np.save(path, x)
    elif kind == 'npz':
        np.savez(path, x)
    elif kind == 'pt':
        torch.save(torch.from_numpy(x), path)
    else:
        np.savetxt(path, x, delimiter=',')
    label = np.arange(400) % 200
    np.savetxt(tmp_path / 'labels.txt', label, fmt='%d')
    np.save(tmp_path / 'names.npy', label.astype(str))
    out = []
    for name in ['labels.txt', 'names.npy']:
        assert report(str(path), '--batch-size', '16', '--out', str(tmp_path),
                      '--labels', str(tmp_path / name)) == 0
        out.append(capsys.readouterr().out)
    assert [line.split()[-4:-2] for line in out[0].splitlines()[2:9]] == [
        line.split()[-4:-2] for line in out[1].splitlines()[2:9]]
    assert '400 x 16, mini-batches of 16' in out[0] and 'top same' in out[0]
    assert (tmp_path / 'mine-report.html').exists()


def test_command_on_a_data_set(tmp_path: Path,
                               capsys: pytest.CaptureFixture[str]) -> None:
    argv = ['--dataset', 'digits', '--out', str(tmp_path)]
    assert report(*argv, '--center') == 0
    untrained = capsys.readouterr().out
    assert main(['train', *argv, '--epochs', '2', '--seed', '3']) == 0
    weights = next((tmp_path / 'digits').glob('*.model.pt'))
    assert report(*argv, '--center', '--weights', str(weights)) == 0
    assert capsys.readouterr().out.split('page')[0] != (
        untrained.split('page')[0])
    (tmp_path / 'text.pt').write_text('no model')
    (tmp_path / 'empty.pt').write_bytes(b'')
    for name in ['none.pt', 'text.pt', 'empty.pt']:
        assert report(*argv, '--weights', str(tmp_path / name)) == 2
        assert "'--weights' must be those of 'graph_cl' on 'digits'" in (
            capsys.readouterr().err)


@pytest.mark.parametrize('argv,message', [
    ([], "'report' must be given a file with an embedding, or '--dataset', "
         'one of both'),
    (['x.bin'], "'FILE' must be a file of .npy, .npz, .pt, .csv, .txt"),
    (['none.npy'], "'FILE' is not there (got 'none.npy')"),
    (['none.npy', '--weights', 'y'], "'--weights' needs '--dataset'"),
    (['none.npy', '--seed', '-1'], "'seed' must be at least 0 (got -1)"),
])
def test_command_with_bad_arguments(
        argv: List[str], message: str,
        capsys: pytest.CaptureFixture[str]) -> None:
    assert report(*argv) == 2
    assert message in capsys.readouterr().err


def test_command_on_files_that_are_no_embedding(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / 'ints.npy', np.ones((4, 3), dtype=int))
    np.savez(tmp_path / 'two.npz', a=np.ones(3), b=np.ones(3))
    (tmp_path / 'broken.pt').write_bytes(b'no')
    for name, message in [('ints.npy', 'must hold floating-point numbers'),
                          ('two.npz', 'it holds 2 arrays, not one'),
                          ('broken.pt', 'cannot be read as an array')]:
        assert report(str(tmp_path / name)) == 2
        assert message in capsys.readouterr().err
