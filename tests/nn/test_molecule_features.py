import subprocess
import sys

import torch
from ogb.utils.features import get_atom_feature_dims, get_bond_feature_dims

from pyg_batchsampler.nn.molecule_features import (atom_encoder, bond_encoder,
                                                   check_categories)
from tests.helpers import raises


def test_every_category_has_a_row() -> None:
    for encoder, dims in [(atom_encoder(4), get_atom_feature_dims()),
                          (bond_encoder(4), get_bond_feature_dims())]:
        last = torch.tensor([[dim - 1 for dim in dims]])
        assert encoder(check_categories('x', last, 'num_nodes',
                                        encoder)).size() == (1, 4)


def run(code: str) -> str:
    return subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                          check=True, capture_output=True, text=True).stdout


def test_ogb_is_imported_for_molecules_alone_and_asks_nobody() -> None:
    assert run('''
import sys, threading
from pyg_batchsampler.nn import GINEncoder
GINEncoder(3)
assert 'ogb' not in sys.modules
started = []
start = threading.Thread.start
threading.Thread.start = lambda self: (started.append(self), start(self))
GINEncoder(None)
assert 'ogb' in sys.modules and not started, started
import outdated  # whoever wants it still gets it
''') == ''


def test_messages() -> None:
    encoder = bond_encoder(4)
    expectation = ("'edge_attr' must hold OGB's integer features, "
                   "[num_edges, 3] of torch.long ")
    for value, got in [
            (None, 'None'),
            (torch.zeros(5, 3), '[5, 3] of torch.float32'),
            (torch.zeros(5, 4).long(), '[5, 4] of torch.int64'),
            (torch.zeros(3).long(), '[3] of torch.int64')]:
        with raises(ValueError, f'{expectation}(got {got})'):
            check_categories('edge_attr', value, 'num_edges', encoder)
