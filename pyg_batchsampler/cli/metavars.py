r"""What help shows for the value of a flag."""

from typing import Dict

METAVARS: Dict[type, str] = {bool: '', int: 'N', float: 'X', str: 'NAME'}
