from dataclasses import asdict, dataclass
from typing import Any, Dict, Optional

from pyg_batchsampler.checks import check_choice
from pyg_batchsampler.training.check_settings import check_settings
from pyg_batchsampler.training.choices import MODELS


@dataclass(frozen=True)
class TrainingConfig:
    r"""How a model is trained and evaluated; the same for every sampler that
    is compared. What only one sampler knows are options of its
    :class:`~pyg_batchsampler.Strategy`.

    Args:
        model (str, optional): :obj:`"graph_cl"`, :obj:`"mvgrl"`, or
            :obj:`"dual_encoder"` for graphs with a :obj:`description`, see
            :class:`DualEncoder`. (default: :obj:`"graph_cl"`)
        loss (str, optional): :obj:`"nt_xent"`, :obj:`"graph_cl"` (the one of
            its release), :obj:`"dcl"`, :obj:`"hcl"`, :obj:`"info_nce"`
            (between unlike sides) or, for MVGRL, :obj:`"jsd"`; if not given,
            NT-Xent for GraphCL, InfoNCE for dual encoders and JSD for MVGRL.
            (default: :obj:`None`)
        epochs (int, optional): Passes over the data set. (default: :obj:`20`)
        batch_size (int, optional): Instances per mini-batch, at least 2.
            (default: :obj:`128`)
        lr (float, optional): Learning rate of Adam. (default: :obj:`0.001`)
        precision (str, optional): Numbers of training: :obj:`"float32"`, or
            :obj:`"bfloat16"` for the operations that :meth:`torch.autocast`
            lowers. On processors with instructions for it, MVGRL then takes
            three fifths of the time; GraphCL, whose encoder is narrow, gets
            slower. (default: :obj:`"float32"`)
        max_grad_norm (float, optional): Gradients are scaled down to this
            norm. (default: :obj:`5.0`)
        temperature (float, optional): Of the loss. (default: :obj:`0.2`)
        tau_plus (float, optional): Prior of DCL and HCL. (default:
            :obj:`0.1`)
        beta (float, optional): Hardness of HCL. (default: :obj:`1.0`)
        false_negatives (str, optional): Which pairs count as false negatives
            and are left out of the loss: none (:obj:`"kept"`), the most
            :obj:`"similar"` pairs of the mini-batch in the embedding
            recorded last, those with most :obj:`"shared_neighbors"` there,
            see :meth:`neighborhoods`, :obj:`"duplicates"` of each other, or
            pairs of the same class (:obj:`"labels"`, to see what a perfect
            guard would give). (default: :obj:`"kept"`)
        similar_ratio (float, optional): Share of the pairs in a mini-batch
            that are left out as :obj:`"similar"` or for their
            :obj:`"shared_neighbors"`. (default: :obj:`0.1`)
        augmentations (str, optional): Names of augmentations, one of which
            is drawn for each graph: :obj:`node_dropping`,
            :obj:`edge_perturbation`, :obj:`feature_masking`,
            :obj:`subgraph`; separated by commas. Used by GraphCL only.
            (default: :obj:`"node_dropping,feature_masking"`)
        augmentation_ratio (float, optional): Share of nodes or edges that an
            augmentation changes. (default: :obj:`0.2`)
        subgraph_ratio (float, optional): Share of nodes that a subgraph
            keeps. (default: :obj:`0.2`)
        augmented_views (int, optional): :obj:`2`, or :obj:`1` if the first
            view is the graph as it is. (default: :obj:`2`)
        hidden_channels (int, optional): Width of the encoder, 32 for
            GraphCL, 64 for dual encoders and 512 for MVGRL if not given.
            (default: :obj:`None`)
        num_layers (int, optional): Depth of the encoder, 2 for MVGRL and 3
            for others if not given. (default: :obj:`None`)
        norm (str, optional): Normalization in encoders but MVGRL's, none if
            :obj:`None`, see :class:`GINEncoder`. (default:
            :obj:`"batch"`)
        norm_statistics (str, optional): What batch normalization uses at
            evaluation: :obj:`"running"` averages over training, or
            :obj:`"precise"` ones over uniform mini-batches of the data set
            after it, see :meth:`set_norm_statistics`; only for
            :obj:`norm` :obj:`"batch"`.
            (default: :obj:`"running"`)
        features (str, optional): Node features, see :meth:`load_dataset`;
            :obj:`"degree"` for MVGRL and :obj:`"label"` for others if not
            given. (default: :obj:`None`)
        probe (str, optional): What evaluates frozen embeddings, a name in
            :obj:`PROBES`. OGB data sets have their own.
            (default: :obj:`"linear"`)
        held_out (float, optional): Share of the graphs, others for every
            seed, that are never trained on, to see how often one of them is
            found by an augmented copy of it, or by its description, see
            :meth:`instance_retrieval`.
            The probe is given all graphs in any case. (default: :obj:`0.0`,
            trains on all graphs)
        similarity_source (str, optional): Which embedding tells the sampler
            what is similar: projections :obj:`"recorded"` from the training
            steps, or what the :obj:`"encoder"` makes of all graphs at every
            refresh. (default: :obj:`"recorded"`)
        refresh_interval (int, optional): Mini-batches between refreshes of
            the embedding; if not given, an epoch for recorded embeddings, and
            at least 100 for an encoder. (default: :obj:`None`)
        warmup_epochs (int, optional): Epochs of uniform mini-batches before
            hard ones. (default: :obj:`1`)
        replacement (bool, optional): Whether mini-batches are drawn
            independently of each other, as in the paper, instead of holding
            every instance exactly once per epoch. (default: :obj:`False`)
        center (bool, optional): Whether each dimension of the embedding is
            given mean zero and variance one before similarities are taken.
            (default: :obj:`False`)
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
    norm: Optional[str] = 'batch'
    norm_statistics: str = 'running'
    features: Optional[str] = None
    probe: str = 'linear'
    held_out: float = 0.0
    similarity_source: str = 'recorded'
    refresh_interval: Optional[int] = None
    warmup_epochs: int = 1
    replacement: bool = False
    center: bool = False
    drop_last: bool = False
    num_workers: int = 0
    device: str = 'cpu'

    def __post_init__(self) -> None:
        check_choice('model', self.model, sorted(MODELS))
        for name, value in MODELS[self.model].items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        if self.center is None:  # in settings that were saved once
            object.__setattr__(self, 'center', False)

    def num_trained(self, num_instances: int) -> int:
        r"""Returns how many graphs are trained on."""
        return num_instances - round(self.held_out * num_instances)

    def num_batches(self, num_instances: int) -> int:
        r"""Returns the mini-batches, and steps, of an epoch."""
        num_instances = self.num_trained(num_instances)
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

    def check(self, num_instances: Optional[int] = None) -> None:
        r"""Raises an error for what cannot be, on that many instances if
        their number is known."""
        check_settings(self, num_instances)
