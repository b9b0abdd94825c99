import os
import sys


def main() -> int:
    r"""Runs the command line; an interruption is a message from the start,
    while packages are still being imported."""
    # Threads that wait for each other's cores actively make small models five
    # times slower where another process is busy; asleep, they cost a tenth.
    os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')
    try:
        from pyg_batchsampler.cli import main as run
    except KeyboardInterrupt:
        print('\nstopped before anything was done', file=sys.stderr)
        return 130
    return run()


if __name__ == '__main__':
    sys.exit(main())
