r"""The command that tells of an embedding before any training."""

import argparse
from pathlib import Path
from typing import NamedTuple, Optional

import torch
from torch import Tensor
from tqdm import tqdm

from pyg_batchsampler.checks import check_embedding, check_integer
from pyg_batchsampler.cli.read_array import read_array
from pyg_batchsampler.datasets import labels_of, load_dataset
from pyg_batchsampler.diagnosis import diagnose
from pyg_batchsampler.diagnosis.diagnose import PLANS
from pyg_batchsampler.seed import derive_seed
from pyg_batchsampler.training import TrainingConfig, embed_dataset, make_model
from pyg_batchsampler.training.streams import MODEL


class _Given(NamedTuple):
    name: str
    embedding: Tensor
    label: Optional[Tensor]


def report(args: argparse.Namespace) -> int:
    r"""Prints a diagnosis and writes its page; returns the exit status."""
    if (args.file is None) == (args.dataset is None):
        raise ValueError("'report' must be given a file with an embedding, "
                         "or '--dataset', one of both")
    if args.weights is not None and args.dataset is None:
        raise ValueError("'--weights' needs '--dataset'. An embedding that "
                         "was saved needs neither")
    check_integer('batch_size', args.batch_size, low=2)
    check_integer('seed', args.seed, low=0)
    given = _of_dataset(args) if args.dataset else _of_file(args)
    check_embedding(given.embedding, name='FILE')
    with tqdm(total=len(PLANS), unit='plan', leave=False) as bar:

        def tell(name: str) -> None:
            bar.set_description(name)
            bar.update()

        diagnosis = diagnose(given.embedding, given.label, args.batch_size,
                             center=args.center, seed=args.seed,
                             progress=tell)
    print(diagnosis)
    page = Path(args.out) / f'{given.name}-report.html'
    diagnosis.to_html(page)
    print(f'\npage: {page}')
    return 0


def _of_file(args: argparse.Namespace) -> _Given:
    embedding = read_array(args.file, "'FILE'")
    if embedding.dim() == 2 and not embedding.is_floating_point():
        raise ValueError("'FILE' must hold floating-point numbers, an "
                         f"embedding (got {embedding.dtype}). Labels are "
                         "given as '--labels'")
    label = None
    if args.labels is not None:
        label = read_array(args.labels, "'--labels'")
    return _Given(args.file.stem, embedding, label)


def _of_dataset(args: argparse.Namespace) -> _Given:
    config = TrainingConfig(model=args.model)
    dataset = load_dataset(args.dataset, args.root,
                           features=config.features or '',
                           diffusion=config.model == 'mvgrl')
    model = make_model(dataset, config, derive_seed(args.seed, MODEL))
    if args.weights is not None:
        try:
            model.load_state_dict(torch.load(args.weights, map_location='cpu',
                                             weights_only=True))
        except Exception as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise ValueError(
                f"'--weights' must be those of '{args.model}' on "
                f"'{args.dataset}' (got {str(args.weights)!r}: {reason}). "
                "Give the *.model.pt that 'train' saved, or the embedding "
                "beside it") from error
    label = labels_of(dataset) if args.labels is None else (
        read_array(args.labels, "'--labels'"))
    return _Given(args.dataset, embed_dataset(model, dataset), label)
