"""The ``help`` of a trait is its docstring in the reference. An extension of griffe, which reads the sources."""

from __future__ import annotations

import ast
from typing import Any

from griffe import Attribute, Docstring, Extension, ObjectNode


class TraitDocs(Extension):
    """Gives every attribute that is made with ``help="…"`` that text for its docstring."""

    def on_attribute_instance(self, *, node: ast.AST | ObjectNode, attr: Attribute, **_kwargs: Any) -> None:
        """Read the text of one attribute."""
        if attr.docstring is not None or not isinstance(node, ast.AST):
            return
        for part in ast.walk(node):
            if isinstance(part, ast.keyword) and part.arg == "help" and isinstance(part.value, ast.Constant):
                attr.docstring = Docstring(str(part.value.value), parent=attr)
                return
