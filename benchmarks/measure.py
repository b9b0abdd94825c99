r"""What all benchmarks share: alternating contenders, medians, arguments."""

import argparse
import json
import os
import platform
import time
from pathlib import Path
from statistics import median
from typing import Any, Callable, Dict, List, Optional

import torch

from pyg_batchsampler.files import written_whole

Contender = Callable[[], Any]


def alternate(contenders: Dict[str, Contender], num_rounds: int,
              device: str = 'cpu') -> Dict[str, List[float]]:
    r"""Runs every contender once to warm up and then in turns, each until the
    device is done.

    Returns:
        The seconds of each run, per contender.
    """
    seconds: Dict[str, List[float]] = {name: [] for name in contenders}
    for i in range(num_rounds + 1):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            synchronize(device)
            if i > 0:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def table(seconds: Dict[str, List[float]], reference: str,
          unit: float = 1.0) -> str:
    r"""Formats medians, the spread, and the median ratio to a reference,
    taken round by round."""
    lines = [f'{"contender":<44}{"median":>10}{"min":>10}{"max":>10}'
             f'{"ratio":>9}']
    for name, values in seconds.items():
        ratio = median(a / b for a, b in zip(values, seconds[reference]))
        lines.append(f'{name:<44}{median(values) / unit:>10.4g}'
                     f'{min(values) / unit:>10.4g}{max(values) / unit:>10.4g}'
                     f'{ratio:>8.3g}x')
    return '\n'.join(lines)


def parser(description: Optional[str],
           has_device: bool = False) -> argparse.ArgumentParser:
    r"""Returns the arguments that every benchmark takes, and
    :obj:`"--device"` if asked for."""
    out = argparse.ArgumentParser(
        description=' '.join((description or '').split('\n\n')[0].split()))
    out.add_argument('--quick', action='store_true',
                     help='small sizes, under a minute')
    out.add_argument('--json', type=Path, metavar='FILE',
                     help='write what was measured')
    if has_device:
        out.add_argument('--device', default='cpu', metavar='NAME',
                         help='where it is measured, e.g., cuda')
    return out


def synchronize(device: str) -> None:
    r"""Waits for what a device was told to do."""
    if torch.device(device).type == 'cuda':
        torch.cuda.synchronize(device)


def write_json(path: Optional[Path], result: Dict[str, Any]) -> None:
    r"""Writes a result and the machine it was measured on, whole or not at
    all."""
    if path is None:
        return
    result = dict(result, machine={
        'processor': platform.processor() or platform.machine(),
        'cores': os.cpu_count(),
        'threads': torch.get_num_threads(),
        'torch': torch.__version__,
        'gpu': (torch.cuda.get_device_name() if torch.cuda.is_available()
                else None),
    })
    with written_whole(path) as file:
        file.write_text(json.dumps(result, indent=2) + '\n')


def clustered(num_instances: int, dim: int, seed: int = 0) -> Any:
    r"""Returns unit vectors around 100 random centres, :math:`[N, D]`, and
    the centre of each, :math:`[N]`."""
    generator = torch.Generator().manual_seed(seed)
    centre = torch.randn(100, dim, generator=generator)
    label = torch.randint(100, (num_instances, ), generator=generator)
    noise = torch.randn(num_instances, dim, generator=generator)
    x = centre[label] + 0.7 * noise
    return x / x.norm(dim=1, keepdim=True), label
