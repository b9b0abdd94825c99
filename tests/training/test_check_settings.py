from typing import Any, Dict

import pytest

from pyg_batchsampler.training import TrainingConfig
from tests.helpers import raises


@pytest.mark.parametrize('kwargs,message', [
    (dict(loss='x'), "'loss' must be one of 'dcl', 'graph_cl', 'hcl', "
     "'info_nce', 'nt_xent' (got 'x')"),
    (dict(augmentations='node_dropping,x'), "'augmentations' must be names "
     "separated by commas, of 'edge_perturbation', 'feature_masking', "
     "'node_dropping', 'subgraph' (got 'node_dropping,x')"),
    (dict(augmented_views=3), "'augmented_views' must be 1 or 2 (got 3)"),
    (dict(beta=-1.0), "'beta' must be finite and not negative (got -1.0)"),
    (dict(num_workers=-1), "'num_workers' must be at least 0 (got -1)"),
    (dict(augmented_views=0),
     "'augmented_views' must be at least 1 (got 0)"),
    (dict(norm_statistics='precise', norm='layer'), "'norm_statistics' must "
     "not be set with 'norm' set to 'layer', which does not use it (got "
     "'precise'). Leave it out"),
    (dict(model='mvgrl', norm='layer'), "'norm' must not be set with 'model' "
     "set to 'mvgrl', which does not use it (got 'layer'). Leave it out"),
    (dict(tau_plus=0.2), "'tau_plus' must not be set with 'loss' set to "
     "'nt_xent', which does not use it (got 0.2). Leave it out"),
    (dict(model='mvgrl', temperature=0.5), "'temperature' must not be set "
     "with 'loss' set to 'jsd', which does not use it (got 0.5). Leave it "
     "out"),
    (dict(similar_ratio=0.3), "'similar_ratio' must not be set with "
     "'false_negatives' set to 'kept', which does not use it (got 0.3). "
     "Leave it out"),
    (dict(subgraph_ratio=0.3), "'subgraph_ratio' must not be set with "
     "'augmentations' set to 'node_dropping,feature_masking', which does not "
     "use it (got 0.3). Leave it out"),
    (dict(augmentations='subgraph', augmentation_ratio=0.3),
     "'augmentation_ratio' must not be set with 'augmentations' set to "
     "'subgraph', which does not use it (got 0.3). Leave it out"),
    (dict(drop_last=True), "'batch_size' must be at most the number of "
     "graphs, 100, with 'drop_last' (got 128)"),
    (dict(drop_last=True, held_out=0.2, batch_size=81), "'batch_size' must be "
     "at most the number of graphs, 80, with 'drop_last' (got 81)"),
    (dict(held_out=1.0), "'held_out' must lie in [0, 1) (got 1.0)"),
    (dict(held_out=0.01), "'held_out' must leave two graphs or more on either "
     'side (got 0.01 of 100)'),
    (dict(held_out=0.99), "'held_out' must leave two graphs or more on either "
     'side (got 0.99 of 100)'),
])
def test_bad_settings(kwargs: Dict[str, Any], message: str) -> None:
    with raises(ValueError, message):
        TrainingConfig(**kwargs).check(100)


@pytest.mark.parametrize('kwargs,message', [
    (dict(replacement=1), "'replacement' must be True or False (got 1)"),
    (dict(center=1), "'center' must be True or False (got 1)"),
    (dict(epochs=1.5), "'epochs' must be an integer (got 1.5)"),
])
def test_settings_of_the_wrong_kind(kwargs: Dict[str, Any],
                                    message: str) -> None:
    with raises(TypeError, message):
        TrainingConfig(**kwargs).check()


@pytest.mark.parametrize('num_instances', [0, 1])
def test_too_few_graphs(num_instances: int) -> None:
    with raises(ValueError, "'dataset' must hold at least two graphs (got "
                f'{num_instances}): one has no negatives'):
        TrainingConfig().check(num_instances)
