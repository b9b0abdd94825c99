r"""What an embedding and tried plans say for and against hard
mini-batches."""

from typing import List, NamedTuple, Optional, Sequence

from pyg_batchsampler.diagnosis.embedding_properties import EmbeddingProperties
from pyg_batchsampler.diagnosis.try_plan import TriedPlan

FULL = 0.3  # B / N above which there is little to choose
ONE_WAY, ALL_ONE_WAY = 0.5, 0.9  # mean similarity of rows that point one way
MANY_DUPLICATES, MOSTLY = 0.05, 0.3
BY_CHANCE = 0.97  # distance to the nearest, over that by chance
FALSE = 0.5  # share of hardest negatives of the same label
HUB = 0.05  # share of the others that have one among their nearest
LITTLE = 0.97  # distance to the top-1, over that of uniform mini-batches
UNIFORM = 'uniform'
DEFAULT = dict(strategy='proximity')


class Advice(NamedTuple):
    r"""What to do.

    Args:
        first (str, optional): The plan to try first; :obj:`None` if hard
            mini-batches are not worth it.
        reason (str): Why.
        avoid (list): Plans to avoid, each with the reason.
        findings (list): What else was found, with the way out.
    """
    first: Optional[str]
    reason: str
    avoid: List[str]
    findings: List[str]


def advise(found: EmbeddingProperties, plans: Sequence[TriedPlan],
           batch_size: int, nearest_same: Optional[float] = None) -> Advice:
    r"""Says which plan to try first, which to avoid, and when not to bother.

    The rules follow what was measured (docs, *results*): hard mini-batches
    gained where every instance is a class of its own and mini-batches are
    small, and never where their hardest negatives were false ones.

    Args:
        found (EmbeddingProperties): What the embedding is like.
        plans (list): What was tried, uniform mini-batches first.
        batch_size (int): Instances per mini-batch.
        nearest_same (float, optional): How often the nearest other instance
            of all has the same label. (default: :obj:`None`)
    """
    uniform, *others = plans
    findings = _findings(found, nearest_same)
    reason = _why_not(found, uniform, batch_size, nearest_same)
    avoid = [f'{plan.name}: {why}' for plan in others
             if (why := _against(plan))]
    if reason:
        return Advice(None, reason, avoid, findings)
    harder = [plan for plan in others
              if 1 - _top(plan) <= LITTLE * (1 - _top(uniform))]
    if not harder:
        return Advice(None, 'no plan that was tried is much harder than '
                      'uniform mini-batches', avoid, findings)
    good = [plan for plan in harder if not _against(plan)]
    if not good:
        return Advice(None, 'every plan that is harder than uniform '
                      'mini-batches is to be avoided', avoid, findings)
    # The default, if nothing speaks against it; else the mildest one.
    best = next((plan for plan in good if plan.options == DEFAULT),
                min(good, key=lambda plan: _top(plan)))
    return Advice(best.name, (
        f'top-1 similarity {_top(best):.2f} instead of {_top(uniform):.2f}, '
        f'{100 * best.report["spread"].mean:.0f} % of the spread'), avoid,
        findings)


def _top(plan: TriedPlan) -> float:
    return plan.report['hardest_negative_similarity'].mean


def _false(plan: TriedPlan) -> Optional[float]:
    if 'hardest_same_label_rate' not in plan.report.measures:
        return None
    return plan.report['hardest_same_label_rate'].mean


def _why_not(found: EmbeddingProperties, uniform: TriedPlan,
             batch_size: int, nearest_same: Optional[float]) -> str:
    r"""Returns why hard mini-batches are not worth it, if they are not."""
    share = batch_size / found.num_instances
    if share > FULL:
        return (f'B / N is {share:.2f}: a mini-batch is so much of the data '
                'that there is little to choose from')
    if 1 - found.nearest_similarity > BY_CHANCE * (
            1 - found.shuffled_similarity):
        return ('instances have no closer relatives '
                f'({found.nearest_similarity:.2f}) than by chance '
                f'({found.shuffled_similarity:.2f}): the embedding tells '
                'little. Train on uniform mini-batches first, or give '
                'another one')
    if found.mean_similarity > ALL_ONE_WAY:
        return ('all rows point one way (mean similarity '
                f'{found.mean_similarity:.2f}), so that nothing tells the '
                "nearest from others. Try 'center=True' (--center), or train "
                'on uniform mini-batches first')
    rate = None
    if 'same_label_rate' in uniform.report.measures:
        rate = uniform.report['same_label_rate'].uniform
    if nearest_same is not None and rate is not None and (
            nearest_same < 1.2 * rate):
        return (f'the nearest instance has the same label in '
                f'{100 * nearest_same:.0f} % of the cases, by chance in '
                f'{100 * rate:.0f} %: the embedding tells nothing of these '
                'labels')
    false = _false(uniform)
    if found.duplicate_share > MOSTLY:
        return (f'{100 * found.duplicate_share:.0f} % of the instances '
                'coincide with another one: hard mini-batches bring these '
                'together. Keep one of each first')
    if false is not None and false > FALSE:
        return (f'already in uniform mini-batches {100 * false:.0f} % of the '
                'hardest negatives share the label of their anchor: harder '
                'ones would be false')
    if rate is not None and rate > 0.2:
        return (f'{100 * rate:.0f} % of all pairs share a label: with so few '
                'classes hard negatives are mostly false ones')
    return ''


def _against(plan: TriedPlan) -> str:
    r"""Returns what speaks against a plan, if anything does."""
    false = _false(plan)
    if false is not None and false > FALSE:
        return (f'{100 * false:.0f} % of the hardest negatives share the '
                'label of their anchor')
    spread = plan.report['spread'].mean
    if spread < 0.85:
        return (f'mini-batches keep {100 * spread:.0f} % of the spread: what '
                'normalization and global discrimination need is gone')
    return ''


def _findings(found: EmbeddingProperties,
              nearest_same: Optional[float]) -> List[str]:
    out = []
    if found.duplicate_share > 0:
        text = (f'{100 * found.duplicate_share:.1f} % of the instances '
                'coincide with another one, e.g., ' + ', '.join(
                    f'{i} and {j}' for i, j in found.duplicates.tolist()))
        if found.duplicate_share > MANY_DUPLICATES:
            text += (". They will meet as negatives: leave pairs out of the "
                     "loss with 'duplicate_pairs', or keep one of each")
        out.append(text)
    if found.mean_similarity > ONE_WAY:
        out.append(f'rows point one way (mean similarity '
                   f'{found.mean_similarity:.2f}): differences are small '
                   "beside what all share. Try 'center=True'")
    share = float(found.hub_shares[0])
    if share > HUB and found.num_instances > 1000:
        out.append(f'instance {int(found.hubs[0])} is among the 10 nearest '
                   f'of {100 * share:.0f} % of the others: a hub meets many')
    if nearest_same is not None:
        out.append(f'the nearest instance of all has the same label in '
                   f'{100 * nearest_same:.0f} % of the cases')
    return out
