r"""How well frozen embeddings tell classes apart."""

from typing import NamedTuple, Optional

import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.simclr.encoders import SimCLR
from benchmarks.simclr.images import Images
from pyg_batchsampler.evaluation import linear_probe
from pyg_batchsampler.training import embed_dataset


class Scores(NamedTuple):
    r"""Accuracies in :math:`[0, 1]` of the :math:`k` nearest neighbors by
    cosine similarity, and of a linear classifier."""
    knn: float
    probe: Optional[float] = None


def evaluate(model: SimCLR, images: Images, num_neighbors: int,
             test: Optional[Images] = None,
             has_probe: bool = True) -> Scores:
    r"""Evaluates the encoder of a model: on test images where there are some,
    otherwise leaving out one image (neighbors) or a tenth (probe) at a
    time."""
    embedding = embed_dataset(model, images.x)
    x, y = embedding.numpy(), images.y.numpy()
    search = NearestNeighbors(n_neighbors=num_neighbors, metric='cosine')
    search.fit(x)
    if test is None:
        nearest = search.kneighbors(return_distance=False)
        return Scores(float((_majority(y[nearest]) == y).mean()),
                      linear_probe(embedding, images.y) if has_probe else None)
    x_test, y_test = embed_dataset(model, test.x).numpy(), test.y.numpy()
    nearest = search.kneighbors(x_test, return_distance=False)
    probe = make_pipeline(StandardScaler(),
                          RidgeClassifierCV(np.logspace(-1, 4, 6)))
    return Scores(float((_majority(y[nearest]) == y_test).mean()),
                  float(probe.fit(x, y).score(x_test, y_test)))


def _majority(label: "np.ndarray") -> "np.ndarray":
    r"""The class most frequent in each row; of several, the nearest one."""
    count = (label[:, :, None] == label[:, None, :]).sum(axis=2)
    return np.take_along_axis(label, count.argmax(axis=1)[:, None], 1)[:, 0]
