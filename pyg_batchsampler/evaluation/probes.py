from typing import Callable, Dict

from pyg_batchsampler.evaluation.linear_probe import linear_probe
from pyg_batchsampler.evaluation.linear_svc_probe import linear_svc_probe
from pyg_batchsampler.evaluation.svc_probe import svc_probe

#: Probes by name, each called as ``probe(embedding, label, seed=seed)``.
PROBES: Dict[str, Callable[..., float]] = {
    'linear': linear_probe,
    'linear_svc': linear_svc_probe,
    'svc': svc_probe,
}

#: What they do, in words.
PROTOCOLS: Dict[str, str] = {
    'linear': '10-fold linear probe',
    'linear_svc': '10-fold linear SVM, C chosen on training folds',
    'svc': '10-fold RBF SVM, C chosen on training folds',
}
