from dataclasses import asdict, dataclass
from typing import Any, Callable, Dict, List, Optional, Tuple

from torch import Tensor

from pyg_batchsampler.checks import (check_choice, check_device, check_integer,
                                     check_non_negative, check_positive,
                                     check_probability)
from pyg_batchsampler.datasets.tu_dataset import FEATURES
from pyg_batchsampler.evaluation import PROBES
from pyg_batchsampler.graph.approximate_search import APPROXIMATE
from pyg_batchsampler.graph.build_proximity_graph import (BACKEND_NAMES,
                                                          check_backend,
                                                          resolve_graph_size)
from pyg_batchsampler.losses import (dcl_loss, graph_cl_loss, hcl_loss,
                                     nt_xent_loss)
from pyg_batchsampler.nn.gin_encoder import NORMS
from pyg_batchsampler.training.views import augmentation_names

EMBEDDINGS = ['encoder', 'recorded']
FALSE_NEGATIVES = ['duplicates', 'kept', 'labels', 'shared_neighbors',
                   'similar']
NORM_STATISTICS = ['precise', 'running']
PRECISIONS = ['bfloat16', 'float32']
# Losses that compare graphs, and the settings they take.
PAIR_LOSSES: Dict[str, Tuple[Callable[..., Tensor], List[str]]] = {
    'dcl': (dcl_loss, ['temperature', 'tau_plus']),
    'graph_cl': (graph_cl_loss, ['temperature']),
    'hcl': (hcl_loss, ['temperature', 'tau_plus', 'beta']),
    'nt_xent': (nt_xent_loss, ['temperature']),
}
# What is not given follows the model.
MODELS: Dict[str, Dict[str, Any]] = {
    'graph_cl': dict(loss='nt_xent', hidden_channels=32, num_layers=3,
                     features='label'),
    'mvgrl': dict(loss='jsd', hidden_channels=512, num_layers=2,
                  features='degree'),
}
GRAPH_CL_ONLY = ['augmentations', 'augmentation_ratio', 'augmented_views',
                 'norm', 'norm_statistics', 'subgraph_ratio']
LOSS_SETTINGS = {name for _, names in PAIR_LOSSES.values() for name in names}
CHOICES: Dict[str, List[str]] = dict(
    model=sorted(MODELS), loss=sorted([*PAIR_LOSSES, 'jsd']),
    norm=sorted(NORMS), norm_statistics=NORM_STATISTICS, features=FEATURES,
    precision=PRECISIONS, probe=sorted(PROBES), embedding=EMBEDDINGS,
    false_negatives=FALSE_NEGATIVES, backend=BACKEND_NAMES)


@dataclass(frozen=True)
class TrainingConfig:
    r"""How a model is trained and evaluated; the same for every sampler that
    is compared.

    Args:
        model (str, optional): :obj:`"graph_cl"` or :obj:`"mvgrl"`.
            (default: :obj:`"graph_cl"`)
        loss (str, optional): :obj:`"nt_xent"`, :obj:`"graph_cl"` (the one of
            its release), :obj:`"dcl"`, :obj:`"hcl"` or, for MVGRL,
            :obj:`"jsd"`; if not given, NT-Xent for GraphCL and JSD for
            MVGRL. (default: :obj:`None`)
        epochs (int, optional): Passes over the data set. (default: :obj:`20`)
        batch_size (int, optional): Instances per mini-batch, at least 2.
            (default: :obj:`128`)
        lr (float, optional): Learning rate of Adam. (default: :obj:`0.001`)
        precision (str, optional): Of training: :obj:`"float32"`, or
            :obj:`"bfloat16"` where :meth:`torch.autocast` takes it to do,
            which takes MVGRL three fifths of the time on processors that
            have it; GraphCL, whose encoder is narrow, gets slower.
            (default: :obj:`"float32"`)
        max_grad_norm (float, optional): Gradients are scaled down to this
            norm. (default: :obj:`5.0`)
        temperature (float, optional): Of the loss. (default: :obj:`0.2`)
        tau_plus (float, optional): Prior of DCL and HCL. (default:
            :obj:`0.1`)
        beta (float, optional): Hardness of HCL. (default: :obj:`1.0`)
        false_negatives (str, optional): What happens to negatives that may
            be none: they are :obj:`"kept"`, or left out of the loss if they
            are among the most :obj:`"similar"` pairs of the mini-batch in
            the embedding recorded last, or among those with most
            :obj:`"shared_neighbors"` there, see :meth:`neighborhoods`,
            :obj:`"duplicates"` of each other, or of the same class
            (:obj:`"labels"`, to see what a perfect guard would give).
            (default: :obj:`"kept"`)
        similar_ratio (float, optional): Share of the pairs in a mini-batch
            that are left out as similar or for their neighbors. (default:
            :obj:`0.1`)
        augmentations (str, optional): Names of augmentations, one of which
            is drawn for each graph: :obj:`node_dropping`,
            :obj:`edge_perturbation`, :obj:`feature_masking`,
            :obj:`subgraph`; separated by commas. Not used by MVGRL.
            (default: :obj:`"node_dropping,feature_masking"`)
        augmentation_ratio (float, optional): Share of nodes or edges that an
            augmentation changes. (default: :obj:`0.2`)
        subgraph_ratio (float, optional): Share of nodes that a subgraph
            keeps. (default: :obj:`0.2`)
        augmented_views (int, optional): :obj:`2`, or :obj:`1` if the first
            view is the graph as it is. (default: :obj:`2`)
        hidden_channels (int, optional): Width of the encoder, 32 for GraphCL
            and 512 for MVGRL if not given. (default: :obj:`None`)
        num_layers (int, optional): Depth of the encoder, 3 for GraphCL and 2
            for MVGRL if not given. (default: :obj:`None`)
        norm (str, optional): Normalization in the encoder of GraphCL, see
            :class:`GINEncoder`. (default: :obj:`"batch"`)
        norm_statistics (str, optional): What batch normalization uses at
            evaluation: :obj:`"running"` averages over training, or
            :obj:`"precise"` ones over uniform mini-batches of the data set
            after it, see :meth:`set_norm_statistics`; only for
            :obj:`norm` :obj:`"batch"`.
            (default: :obj:`"running"`)
        features (str, optional): Node features, see :meth:`load_dataset`;
            :obj:`"label"` for GraphCL and :obj:`"degree"` for MVGRL if not
            given. (default: :obj:`None`)
        probe (str, optional): What evaluates frozen embeddings, a name in
            :obj:`PROBES`. OGB data sets have their own.
            (default: :obj:`"linear"`)
        embedding (str, optional): :obj:`"recorded"` from training or by the
            :obj:`"encoder"` at every refresh. (default: :obj:`"recorded"`)
        num_candidates (int, optional): :math:`M` of the proximity graph.
            (default: :obj:`None`)
        num_neighbors (int, optional): :math:`K` of the proximity graph.
            (default: :obj:`None`)
        restart_prob (float, optional): Of the walks. (default: :obj:`0.2`)
        restart_decay (float, optional): What it loses per epoch, down to
            0.05; see :meth:`decay_restart_prob`. (default: :obj:`0.0`)
        max_steps (int, optional): Steps after which a walk gives up.
            (default: :obj:`None`)
        backend (str, optional): Neighbor search of the proximity graph.
            (default: :obj:`"auto"`)
        min_recall (float, optional): Share of the nearest neighbors that an
            approximate search should find. (default: :obj:`0.9`)
        refresh_interval (int, optional): Mini-batches between refreshes.
            (default: :obj:`None`)
        warmup_epochs (int, optional): Uniform epochs. (default: :obj:`1`)
        replacement (bool, optional): Whether mini-batches are independent
            walks. (default: :obj:`False`)
        drop_last (bool, optional): Whether instances that fill no mini-batch
            are left out. (default: :obj:`False`)
        num_workers (int, optional): Processes that load mini-batches.
            (default: :obj:`0`)
        device (str, optional): Where the model is trained, *e.g.*,
            :obj:`"cuda"`. (default: :obj:`"cpu"`)
    """
    model: str = 'graph_cl'
    loss: Optional[str] = None
    epochs: int = 20
    batch_size: int = 128
    lr: float = 0.001
    precision: str = 'float32'
    max_grad_norm: float = 5.0
    temperature: float = 0.2
    tau_plus: float = 0.1
    beta: float = 1.0
    false_negatives: str = 'kept'
    similar_ratio: float = 0.1
    augmentations: str = 'node_dropping,feature_masking'
    augmentation_ratio: float = 0.2
    subgraph_ratio: float = 0.2
    augmented_views: int = 2
    hidden_channels: Optional[int] = None
    num_layers: Optional[int] = None
    norm: str = 'batch'
    norm_statistics: str = 'running'
    features: Optional[str] = None
    probe: str = 'linear'
    embedding: str = 'recorded'
    num_candidates: Optional[int] = None
    num_neighbors: Optional[int] = None
    restart_prob: float = 0.2
    restart_decay: float = 0.0
    max_steps: Optional[int] = None
    backend: str = 'auto'
    min_recall: float = 0.9
    refresh_interval: Optional[int] = None
    warmup_epochs: int = 1
    replacement: bool = False
    drop_last: bool = False
    num_workers: int = 0
    device: str = 'cpu'

    def __post_init__(self) -> None:
        check_choice('model', self.model, sorted(MODELS))
        for name, value in MODELS[self.model].items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)

    def num_batches(self, num_instances: int) -> int:
        r"""Returns the mini-batches, and steps, of an epoch."""
        if self.drop_last:
            return num_instances // self.batch_size
        return -(-num_instances // self.batch_size)

    def settings(self) -> Dict[str, Any]:
        r"""Returns what a result depends on: all but the machine."""
        out = asdict(self)
        del out['num_workers'], out['device']
        return out

    def changes(self) -> Dict[str, Any]:
        r"""Returns the settings that are not the defaults of the model."""
        default = TrainingConfig(model=self.model).settings()
        return {name: value for name, value in self.settings().items()
                if value != default[name]}

    def _without_effect(self) -> Dict[str, Tuple[str, Any]]:
        r"""Returns the settings that nothing uses, each with the setting
        that is why, and its value."""
        _, used = PAIR_LOSSES.get(str(self.loss), (None, []))
        out = dict.fromkeys(sorted(LOSS_SETTINGS - {*used}), 'loss')
        if self.false_negatives not in ['shared_neighbors', 'similar']:
            out['similar_ratio'] = 'false_negatives'
        names = augmentation_names(self.augmentations)
        if 'subgraph' not in names:
            out['subgraph_ratio'] = 'augmentations'
        if set(names) == {'subgraph'}:
            out['augmentation_ratio'] = 'augmentations'
        if self.backend not in APPROXIMATE:
            out['min_recall'] = 'backend'
        if self.norm != 'batch':
            out['norm_statistics'] = 'norm'
        if self.model == 'mvgrl':
            out.update(dict.fromkeys(GRAPH_CL_ONLY, 'model'))
        return {name: (why, getattr(self, why)) for name, why in out.items()}

    def check(self, num_instances: Optional[int] = None) -> None:
        r"""Raises an error for what cannot be, on that many instances if
        their number is known."""
        if self.loss == 'jsd' and self.model != 'mvgrl':
            raise ValueError("'loss' must compare graphs (got 'jsd', which "
                             "compares nodes with graphs). Use it with "
                             "'model' set to 'mvgrl'")
        for name, low in [('epochs', 1), ('batch_size', 2),
                          ('hidden_channels', 1), ('num_layers', 1),
                          ('augmented_views', 1), ('num_workers', 0),
                          ('warmup_epochs', 0)]:
            check_integer(name, getattr(self, name), low)
        for name in ['refresh_interval', 'max_steps']:
            if getattr(self, name) is not None:
                check_integer(name, getattr(self, name), low=1)
        for name in ['replacement', 'drop_last']:
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"'{name}' must be True or False "
                                f"(got {getattr(self, name)!r})")
        for name in ['lr', 'temperature', 'max_grad_norm']:
            check_positive(name, getattr(self, name))
        for name in ['beta', 'restart_decay']:
            check_non_negative(name, getattr(self, name))
        for name in ['augmentation_ratio', 'min_recall', 'restart_prob',
                     'similar_ratio', 'subgraph_ratio', 'tau_plus']:
            check_probability(name, getattr(self, name))
        if self.augmented_views > 2:
            raise ValueError("'augmented_views' must be 1 or 2 "
                             f"(got {self.augmented_views})")
        for name, choices in CHOICES.items():
            if self.model != 'mvgrl':
                choices = [choice for choice in choices if choice != 'jsd']
            check_choice(name, getattr(self, name), choices)
        changes = self.changes()
        for name, (setting, value) in self._without_effect().items():
            if name in changes:
                raise ValueError(f"'{name}' must not be set with '{setting}' "
                                 f"set to {value!r}, which does not use it "
                                 f"(got {getattr(self, name)!r}). Leave it "
                                 "out")
        check_device('device', self.device)
        if num_instances is not None:
            if num_instances < 2:
                raise ValueError("'dataset' must hold at least two graphs "
                                 f"(got {num_instances}): one has no "
                                 "negatives")
            if self.num_batches(num_instances) < 1:
                raise ValueError("'batch_size' must be at most the number of "
                                 f"graphs, {num_instances}, with 'drop_last' "
                                 f"(got {self.batch_size})")
            size = resolve_graph_size(num_instances, self.num_candidates,
                                      self.num_neighbors)
            check_backend(self.backend, num_instances, size.num_candidates)
