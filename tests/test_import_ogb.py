import subprocess
import sys

SCRIPT = '''
import threading
started = []
start = threading.Thread.start
threading.Thread.start = lambda self: (started.append(self), start(self))
from pyg_batchsampler.import_ogb import import_ogb
import_ogb('ogb')
assert not started, started
import sys
assert 'outdated' not in sys.modules
'''


def test_ogb_looks_for_no_update() -> None:
    subprocess.run([sys.executable, '-W', 'ignore', '-c', SCRIPT], check=True)
