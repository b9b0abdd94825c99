import sys


def main() -> int:
    r"""Runs the command line; an interruption is a message from the start,
    while packages are still being imported."""
    try:
        from pyg_batchsampler.cli import main as run
    except KeyboardInterrupt:
        print('\nstopped before anything was done', file=sys.stderr)
        return 130
    return run()


if __name__ == '__main__':
    sys.exit(main())
