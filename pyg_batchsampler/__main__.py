import sys

from pyg_batchsampler.cli import main

if __name__ == '__main__':
    sys.exit(main())
