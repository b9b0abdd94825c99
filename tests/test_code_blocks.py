from pathlib import Path

import pytest

from tests.code_blocks import blocks_of, is_same_output, run_page

MARKDOWN = """\
<!-- run
y = 1
-->
```diff
-x = 1
+x = 2
 print(x)
```

```text
2
```

```python
print(x + y)  # 3
```

```text
3
```
"""
RST = """\
.. run

   y = 1

.. code-block:: diff

   -x = 1
   +x = 2
    print(x)

.. code-block:: text
   :class: output

   2

.. code-block:: python

   print(x + y)  # 3

Prose.

.. code-block:: text

   no output

.. code-block:: python

   >>> left_to_doctest
"""


@pytest.mark.parametrize('name, text', [('page.md', MARKDOWN),
                                        ('page.rst', RST)])
def test_blocks_run_in_order(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert [(block.code, block.printed) for block in blocks_of(path)] == [
        ('y = 1\n', ''), ('x = 2\nprint(x)\n', '2\n'),
        ('print(x + y)  # 3\n', '3\n')]
    assert run_page(path)['x'] == 2


def test_other_output_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / 'page.md'
    path.write_text('```python\nprint(1)\nprint(2)  # 3\n```\n')
    with pytest.raises(AssertionError, match='page.md, line 2: expected\n3\n'
                       'got\n1\n2\n'):
        run_page(path)


def test_decimals_need_only_be_close() -> None:
    assert is_same_output('a 0.50, b 80.0\n', 'a 0.54,  b 83.9\n')
    assert not is_same_output('a 0.50', 'a 0.56')
    assert not is_same_output('a 80.0', 'a 84.1')
    assert not is_same_output('a 1', 'a 2')
    assert not is_same_output('a 1', '')
