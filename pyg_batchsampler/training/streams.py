r"""What random numbers are drawn for: the key after the seed of a run, see
:meth:`derive_seed`."""

MODEL, LOADER, VIEWS, STATISTICS, HELD_OUT, COPIES = range(6)
