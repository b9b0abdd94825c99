from .linear_probe import linear_probe
from .linear_svc_probe import linear_svc_probe
from .ogb_probe import ogb_probe
from .probes import PROBES
from .svc_probe import svc_probe

__all__ = ['PROBES', 'linear_probe', 'linear_svc_probe', 'ogb_probe',
           'svc_probe']
