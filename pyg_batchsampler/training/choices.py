r"""What the settings of training may be."""

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from torch import Tensor

from pyg_batchsampler.datasets.tu_dataset import FEATURES
from pyg_batchsampler.evaluation import PROBES
from pyg_batchsampler.false_negatives.make_guard import GUARDS
from pyg_batchsampler.losses import (dcl_loss, graph_cl_loss, hcl_loss,
                                     info_nce_loss, nt_xent_loss)
from pyg_batchsampler.nn.gin_encoder import NORMS

NORM_STATISTICS = ['precise', 'running']
SIMILARITY_SOURCES = ['encoder', 'recorded']
PRECISIONS = ['bfloat16', 'float32']
# Losses that compare graphs, and the settings they take.
PAIR_LOSSES: Dict[str, Tuple[Callable[..., Tensor], List[str]]] = {
    'dcl': (dcl_loss, ['temperature', 'tau_plus']),
    'graph_cl': (graph_cl_loss, ['temperature']),
    'hcl': (hcl_loss, ['temperature', 'tau_plus', 'beta']),
    'info_nce': (info_nce_loss, ['temperature']),
    'nt_xent': (nt_xent_loss, ['temperature']),
}
# What is not given follows the model.
MODELS: Dict[str, Dict[str, Any]] = {
    'graph_cl': dict(loss='nt_xent', hidden_channels=32, num_layers=3,
                     features='label'),
    'dual_encoder': dict(loss='info_nce', hidden_channels=64, num_layers=3,
                         features='label'),
    'mvgrl': dict(loss='jsd', hidden_channels=512, num_layers=2,
                  features='degree'),
}
CHOICES: Dict[str, Sequence[Optional[str]]] = dict(
    model=sorted(MODELS), loss=sorted([*PAIR_LOSSES, 'jsd']),
    norm=[*NORMS], norm_statistics=NORM_STATISTICS, features=FEATURES,
    precision=PRECISIONS, probe=sorted(PROBES),
    similarity_source=SIMILARITY_SOURCES, false_negatives=sorted(GUARDS))
