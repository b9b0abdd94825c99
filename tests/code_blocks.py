r"""Runs the code of a page of README or documentation as a reader would: block
by block from top to bottom, in one namespace.

Blocks of ``python`` are run, and blocks of ``diff`` as they are afterwards.
What a block prints has to be what stands behind its calls of ``print`` as a
comment, or in a block of ``text`` that follows at once; decimals need only be
close. A page hides what a reader has anyway in a comment that begins with
``run``. Blocks with prompts are left to doctest.
"""

import re
import textwrap
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Dict, Iterator, NamedTuple, Optional

PATTERNS = {
    '.md': re.compile(
        r'^(?:```(?P<kind>python|diff|text)|<!-- (?P<hidden>run))\n'
        r'(?P<body>.*?)^(?:```|-->)\n\s*', re.M | re.S),
    '.rst': re.compile(
        r'^\.\. (?:code-block:: (?P<kind>python|diff|text)|(?P<hidden>run))\n'
        r'(?: +:.*\n)*(?P<body>(?: .*\n|\n)+)', re.M),
}


DECIMAL = re.compile(r'-?\d+\.\d+')


class Block(NamedTuple):
    r"""Code, what it has to print, and its line in the file."""
    code: str
    printed: str
    line: int


def blocks_of(path: Path) -> Iterator[Block]:
    text = path.read_text()
    last: Optional[Block] = None
    end = -1
    for match in PATTERNS[path.suffix].finditer(text):
        body = textwrap.dedent(match['body']).strip('\n') + '\n'
        if match['kind'] == 'text':
            if last is not None and match.start() == end:
                last = last._replace(printed=body)
            continue
        if last is not None:
            yield last
        last = None
        if match['kind'] == 'diff':
            # Lines that stay lose their blank, if the page kept it.
            body = textwrap.dedent(re.sub(r'^\+', ' ', re.sub(
                r'^-.*\n', '', body, flags=re.M), flags=re.M))
        if not body.startswith('>>> '):
            printed = re.findall(r'print\(.*\)  +# (.*)', body)
            last = Block(body, ''.join(f'{line}\n' for line in printed),
                         text.count('\n', 0, match.start('body')) + 1)
        end = match.end()
    if last is not None:
        yield last


def is_same_output(expected: str, printed: str) -> bool:
    r"""Whether texts agree, up to 5 % or 0.05 in decimals and to blanks."""
    texts = [' '.join(DECIMAL.sub('x', text).split())
             for text in (expected, printed)]
    return texts[0] == texts[1] and all(
        abs(float(a) - float(b)) <= max(0.05, 0.05 * abs(float(a)))
        for a, b in zip(DECIMAL.findall(expected), DECIMAL.findall(printed)))


def run_page(path: Path) -> Dict[str, Any]:
    r"""Runs a page and returns its names."""
    names: Dict[str, Any] = {'__name__': '__main__'}
    for block in blocks_of(path):
        # Tracebacks show the line of the page.
        code = compile('\n' * (block.line - 1) + block.code, str(path), 'exec')
        with redirect_stdout(StringIO()) as out:
            exec(code, names)
        if not is_same_output(block.printed, out.getvalue()):
            raise AssertionError(
                f'{path.name}, line {block.line}: expected\n{block.printed}'
                f'got\n{out.getvalue()}')
    return names
