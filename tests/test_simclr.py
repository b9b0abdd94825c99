import re
from dataclasses import replace
from pathlib import Path
from typing import List, Union

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.simclr.encoders import NORMS, ConvEncoder, ResNet, SimCLR
from benchmarks.simclr.evaluate import evaluate
from benchmarks.simclr.images import Images, load_images
from benchmarks.simclr.train import (LOSSES, Settings, guard_of, make_model,
                                     train)
from pyg_batchsampler.training import embed_dataset
from tests.helpers import raises

DIGITS = Images(*(x[:96] for x in load_images('digits')))
SETTINGS = Settings(encoder='resnet', epochs=3, batch_size=32)


def test_drawings(tmp_path: Path) -> None:
    r"""Ink is one, classes are folders in order, halves are alphabets."""
    for i, name in enumerate(['Greek/character01', 'Korean/character01',
                              'Korean/character02']):
        folder = tmp_path / 'omniglot' / name
        folder.mkdir(parents=True)
        pixels = np.full((105, 105), 255, dtype=np.uint8)
        pixels[:, :35 * i] = 0
        for j in range(2):
            Image.fromarray(pixels).convert('1').save(folder / f'{j}.png')
    x, y = load_images('omniglot', str(tmp_path))
    assert x.shape == (6, 1, 28, 28) and y.tolist() == [0, 0, 1, 1, 2, 2]
    assert torch.allclose(x[::2].mean(dim=(1, 2, 3)),
                          torch.tensor([0.0, 1, 2]) / 3, atol=0.02)
    assert len(load_images('omniglot-a', str(tmp_path)).x) == 4
    assert load_images('omniglot-b', str(tmp_path), per_class=1).y.numel() == 1


def test_photographs(tmp_path: Path) -> None:
    for i, name in enumerate(['cat', 'ship']):
        folder = tmp_path / 'cifar10' / 'test' / name
        folder.mkdir(parents=True)
        pixels = np.zeros((32, 32, 3), dtype=np.uint8)
        pixels[..., i] = 255
        Image.fromarray(pixels).save(folder / '0000.jpg', quality=100)
    x, y = load_images('cifar10', str(tmp_path), 'test')
    assert x.shape == (2, 3, 32, 32) and y.tolist() == [0, 1]
    assert x.mean(dim=(2, 3)).argmax(dim=1).tolist() == [0, 1]


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=re.escape(
            f"no images in '{tmp_path / 'omniglot'}': one folder per class is "
            "expected. Give another '--root'")):
        load_images('omniglot', str(tmp_path))


@pytest.mark.parametrize('norm', NORMS)
def test_encoders(norm: str) -> None:
    x = torch.rand(4, 1, 28, 28)
    encoders: List[Union[ConvEncoder, ResNet]] = [
        ConvEncoder(1, norm=norm), ResNet(1, 8, norm=norm)]
    for encoder in encoders:
        assert encoder(x).shape == (4, encoder.out_channels)
        model = SimCLR(encoder)
        assert model(x).shape == (4, 64)
        assert model.embed(x).shape == (4, encoder.out_channels)


@pytest.mark.parametrize('sampler', ['uniform', 'knn', 'proximity'])
@pytest.mark.parametrize('loss', LOSSES)
def test_training_is_a_function_of_the_seed(sampler: str, loss: str) -> None:
    settings = replace(SETTINGS, sampler=sampler, loss=loss)
    state = torch.get_rng_state()
    first, same = (train(DIGITS, settings, seed=1) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    for a, b in zip(first.model.parameters(), same.model.parameters()):
        assert torch.equal(a, b)
    assert 0 <= first.same_label_rate <= 1 and first.masked_ratio == 0


def test_guards_by_what_rows_call_them() -> None:
    label = DIGITS.y[:32]
    same = (label.view(-1, 1) == label).fill_diagonal_(False)
    index = torch.arange(32)
    assert guard_of('none', DIGITS.y)(index) is None
    mask = guard_of('labels', DIGITS.y)(index)
    assert mask is not None and torch.equal(mask, same)

    guard = guard_of('shared:0.05', DIGITS.y)
    assert guard(index) is None  # knows nothing yet
    model = make_model(1, SETTINGS, seed=0)
    guard.refresh(embed_dataset(model.forward, DIGITS.x))
    mask = guard(index)
    assert mask is not None and int(mask.sum()) == 2 * int(0.05 * 496)
    with raises(ValueError, "'guard' must be one of 'labels', 'none', "
                "'shared' (got 'similar')"):
        guard_of('similar', DIGITS.y)


def test_what_a_perfect_guard_leaves_out() -> None:
    trained = train(DIGITS, replace(SETTINGS, guard='labels'), seed=0)
    assert trained.precision == trained.recall == 1


def test_scores() -> None:
    r"""With and without test images, against counting by hand."""
    model = make_model(1, SETTINGS, seed=0)
    x = torch.nn.functional.normalize(embed_dataset(model, DIGITS.x))
    similarity = x @ x.t()
    test = Images(DIGITS.x[:10], DIGITS.y[:10])
    assert evaluate(model, DIGITS, 1, test).knn == 1.0  # each finds itself
    nearest = similarity.fill_diagonal_(-2).argmax(dim=1)
    expected = float((DIGITS.y[nearest] == DIGITS.y).float().mean())
    scores = evaluate(model, DIGITS, 1, has_probe=False)
    assert scores.knn == pytest.approx(expected) and scores.probe is None
