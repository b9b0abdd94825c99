from pathlib import Path
from typing import Any

import pandas as pd

from pyg_batchsampler.import_ogb import import_ogb

METRICS = ('ap', 'rmse', 'rocauc')


def ogb_evaluator(name: str) -> Any:
    r"""Returns :obj:`Evaluator(name)` of :obj:`ogb.graphproppred` for one of
    the molecule data sets of the `"Open Graph Benchmark: Datasets for Machine
    Learning on Graphs" <https://arxiv.org/abs/2005.00687>`_ paper.

    Args:
        name (str): A data set whose tasks are binary or real numbers,
            *e.g.*, :obj:`"ogbg-molhiv"`.

    Example:
        >>> ogb_evaluator('ogbg-moltox21').eval_metric
        'rocauc'
    """
    evaluate = import_ogb('ogb.graphproppred.evaluate')
    table = pd.read_csv(Path(str(evaluate.__file__)).with_name('master.csv'),
                        index_col=0)
    metric = table.loc['eval metric']
    if name not in metric or metric[name] not in METRICS:
        known = ', '.join(repr(key) for key in sorted(
            metric.index[metric.isin(METRICS)]))
        raise ValueError("'name' must be a data set of OGB scored by "
                         f"{', '.join(METRICS)} (got {name!r}). Available: "
                         f"{known}")
    return evaluate.Evaluator(name)
