r"""A module of Lightning that learns nothing and notes what it is given."""

from typing import Any, Callable, Dict, List, Optional

import lightning
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from torch import Tensor

OPTIONS: Dict[str, Any] = dict(
    accelerator='cpu', logger=False, enable_progress_bar=False,
    enable_model_summary=False)


class Recorder(lightning.LightningModule):
    r"""
    Args:
        make_loader (callable): Called whenever Lightning wants a loader.
        embedding (torch.Tensor, optional): What is recorded.
        keep (object, optional): What has a state that checkpoints hold.
        set_epoch (int, optional): The epoch that every epoch is made to be.
    """
    def __init__(self, make_loader: Callable[[], Any],
                 embedding: Optional[Tensor] = None, keep: Any = None,
                 set_epoch: Optional[int] = None):
        super().__init__()
        self.model = torch.nn.Linear(1, 1)
        self.make_loader, self.keep = make_loader, keep
        self.embedding, self.forced_epoch = embedding, set_epoch
        self.loader: Any = None
        self.seen: List[List[List[int]]] = []
        self.is_hard: List[bool] = []

    def train_dataloader(self) -> Any:
        self.loader = self.make_loader()
        return self.loader

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), 0.1)

    def on_train_epoch_start(self) -> None:
        self.seen.append([])
        if self.forced_epoch is not None:
            self.loader.set_epoch(self.forced_epoch)

    def training_step(self, batch: Tensor, batch_idx: int) -> Tensor:
        if not self.seen:  # resumed within an epoch
            self.seen.append([])
        self.seen[-1].append(batch.tolist())
        self.is_hard.append(getattr(self.loader, 'is_hard', False))
        if self.embedding is not None:
            self.loader.update(self.embedding[batch], self.loader.input_id)
        out: Tensor = self.model(batch.view(-1, 1).float()).sum() * 0
        return out

    def on_save_checkpoint(self, checkpoint: Any) -> None:
        if self.keep is not None:
            checkpoint['kept'] = self.keep.state_dict()

    def on_load_checkpoint(self, checkpoint: Any) -> None:
        if self.keep is not None:
            self.keep.load_state_dict(checkpoint['kept'])


def fit(module: Any, folder: Any, path: Any = None,
        **kwargs: Any) -> List[List[int]]:
    r"""Trains, with a checkpoint after every step unless from one, and
    returns all mini-batches."""
    callbacks = [] if path else [ModelCheckpoint(
        folder, '{step}', save_top_k=-1, every_n_train_steps=1)]
    trainer = lightning.Trainer(
        **{**OPTIONS, 'max_epochs': 3, 'default_root_dir': folder,
           'callbacks': callbacks, **kwargs})
    trainer.fit(module, ckpt_path=path)
    return sum(module.seen, [])
