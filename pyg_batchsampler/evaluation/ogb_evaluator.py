import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import pandas as pd

METRICS = ('ap', 'rmse', 'rocauc')


def ogb_evaluator(name: str) -> Any:
    r"""Returns :obj:`Evaluator(name)` of :obj:`ogb.graphproppred` for one of
    the molecule data sets of the `"Open Graph Benchmark: Datasets for Machine
    Learning on Graphs" <https://arxiv.org/abs/2005.00687>`_ paper.

    Looks for no update of :obj:`ogb` over the network, which importing it
    else does.

    Args:
        name (str): A data set whose tasks are binary or real numbers,
            *e.g.*, :obj:`"ogbg-molhiv"`.

    Example:
        >>> ogb_evaluator('ogbg-moltox21').eval_metric
        'rocauc'
    """
    with _no_update_check():
        from ogb.graphproppred import evaluate
    table = pd.read_csv(Path(evaluate.__file__).with_name('master.csv'),
                        index_col=0)
    metric = table.loc['eval metric']
    if name not in metric or metric[name] not in METRICS:
        known = ', '.join(repr(key) for key in sorted(
            metric.index[metric.isin(METRICS)]))
        raise ValueError("'name' must be a data set of OGB scored by "
                         f"{', '.join(METRICS)} (got {name!r}). Available: "
                         f"{known}")
    return evaluate.Evaluator(name)


@contextmanager
def _no_update_check() -> Iterator[None]:
    # 'import ogb' asks PyPI from a thread that has no time limit and that
    # Python waits for at exit, unless 'outdated' cannot be imported.
    if 'ogb' in sys.modules or 'outdated' in sys.modules:
        yield
        return
    sys.modules['outdated'] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules['outdated']
