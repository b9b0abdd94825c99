from dataclasses import replace
from typing import Any, List

import torch

from pyg_batchsampler.training import (embed_dataset, make_model,
                                       set_norm_statistics, train)
from tests.training.small import SMALL, flat, small_digits


def test_precise_ones_are_those_of_the_data_set() -> None:
    dataset = small_digits()
    running = replace(SMALL, batch_size=len(dataset))
    weights = []
    for config in [running, replace(running, norm_statistics='precise')]:
        model: Any = train(dataset, 'uniform', config).model
        weights.append(flat(model))
        outputs: List[torch.Tensor] = []
        norm = model.encoder.norms[0]
        norm.register_forward_hook(
            lambda _, args, out, outputs=outputs: outputs.append(out))
        embed_dataset(model, dataset)
        out = torch.cat(outputs)
        is_normalized = bool(out.mean(dim=0).allclose(norm.module.bias,
                                                      atol=1e-4))
        assert is_normalized == (config.norm_statistics == 'precise')
    assert weights[0].equal(weights[1])


def test_precise_ones_hardly_depend_on_the_batch_size() -> None:
    dataset = small_digits()
    variance: List[torch.Tensor] = []
    for batch_size in [150, 149, 74]:  # not: a rest counts as much
        config = replace(SMALL, batch_size=batch_size,
                         norm_statistics='precise')
        model: Any = make_model(dataset, config, seed=0)
        set_norm_statistics(model, dataset, config)
        variance.append(model.encoder.norms[0].module.running_var)
    for other in variance[1:]:
        torch.testing.assert_close(other, variance[0], rtol=0.1, atol=0.1)
