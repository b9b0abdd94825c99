r"""The flags of settings, which all samplers share."""

import argparse
from dataclasses import fields
from typing import Dict, get_args, get_type_hints

from pyg_batchsampler.cli.value_of import takes_none, value_of
from pyg_batchsampler.training import TrainingConfig
from pyg_batchsampler.training.choices import CHOICES
from pyg_batchsampler.training.views import AUGMENTATIONS

# Every field of TrainingConfig, in groups, with what --help says of it.
HELP: Dict[str, Dict[str, str]] = {
    'model': dict(
        model='graph_cl, mvgrl with its PageRank view, or dual_encoder, '
        'which brings graphs and their descriptions together',
        loss='nt_xent, dcl, hcl, graph_cl (one direction, as in the release '
        'of GraphCL), info_nce (between unlike sides), or jsd (mvgrl only); '
        'None: nt_xent, info_nce for dual_encoder, jsd for mvgrl',
        hidden_channels='width of the encoder; None: 32, 64 for dual_encoder, '
        '512 for mvgrl',
        num_layers='layers of the encoder; None: 3, or 2 for mvgrl',
        norm='normalization in encoders but mvgrl: batch, which undoes '
        'much of what makes mini-batches hard; renorm (by running averages), '
        'layer (of each node by itself) or none',
        norm_statistics='what batch normalization uses at evaluation: running '
        'averages over training, which hard mini-batches make too narrow, or '
        'precise ones over uniform mini-batches, after training',
        features='node features of TU sets: label (or a constant), or '
        'attributes, labels and degree; None: label, or degree for mvgrl',
        probe='evaluation: linear (fast), svc (protocol of GraphCL) or '
        'linear_svc (protocol of MVGRL); OGB sets have their own',
        held_out='share of the graphs, others for every seed, that are never '
        'trained on, to see how often one is found by an augmented copy, or '
        'by its description',
    ),
    'training': dict(
        epochs='passes over the data set',
        batch_size='instances per mini-batch',
        lr='learning rate of Adam',
        precision='float32, or bfloat16 by autocast, which is faster for '
        'mvgrl (not graph_cl) where the processor has it',
        max_grad_norm='gradients are scaled down to this norm',
        temperature='temperature of the loss',
        tau_plus='prior of dcl and hcl',
        beta='hardness of hcl',
        false_negatives='pairs that count as false negatives and are left '
        'out of the loss: none (kept), the most similar pairs of a '
        'mini-batch, those with most shared_neighbors, duplicates, or pairs '
        'of one class (labels, to see what a perfect guard gives)',
        similar_ratio='share of pairs left out as similar or for their '
        'shared_neighbors',
        augmentations='one of these is drawn for every graph, separated by '
        'commas: ' + ', '.join(AUGMENTATIONS),
        augmentation_ratio='share of nodes or edges that is changed',
        subgraph_ratio='share of nodes that a subgraph keeps',
        augmented_views='2, or 1 if the first view is the graph itself',
    ),
    'sampling': dict(
        similarity_source='which embedding tells what is similar: projections '
        'recorded from the training steps, or what the encoder makes of all '
        'graphs at every refresh',
        refresh_interval='mini-batches between refreshes; None: an epoch if '
        'recorded, else max(100, an epoch)',
        warmup_epochs='epochs of uniform mini-batches before hard ones',
        replacement='mini-batches drawn independently, as in the paper, '
        'instead of every instance exactly once per epoch',
        center='give each dimension of the embedding mean zero and variance '
        'one before similarities are taken',
        drop_last='leave out the instances that fill no mini-batch',
    ),
    'machine': dict(
        num_workers='processes that load mini-batches',
        device='where the model is trained, e.g., cuda',
    ),
}


def add_setting_flags(command: argparse.ArgumentParser) -> None:
    r"""Adds a flag for every field of :class:`TrainingConfig`."""
    hints = get_type_hints(TrainingConfig)
    for title, texts in HELP.items():
        group = command.add_argument_group(title)
        for name, text in texts.items():
            flag = '--' + name.replace('_', '-')
            if hints[name] is bool:
                group.add_argument(flag, action='store_true', help=text)
                continue
            kind = (get_args(hints[name]) or [hints[name]])[0]
            value = value_of(kind, takes_none(hints[name])
                             or None in CHOICES.get(name, []))
            group.add_argument(
                flag, type=value.read, default=getattr(TrainingConfig, name),
                choices=CHOICES.get(name), help=text,
                metavar=None if name in CHOICES else value.metavar)


def config_from(args: argparse.Namespace) -> TrainingConfig:
    r"""Returns the settings that the flags say."""
    return TrainingConfig(**{field.name: getattr(args, field.name)
                             for field in fields(TrainingConfig)})
