"""The nbconvert exporter: `jupyter nbconvert --to promoted-module NOTEBOOK`.

It gives the text of the module, decided by static analysis alone: nothing is executed, nothing
is proved, and the notebook stays as it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException

from jupyter_promote.errors import PromoteError
from jupyter_promote.promotion import module, plan, project
from jupyter_promote.source import notebook


class PromotedModuleExporter(Exporter):
    """Gives the module that the notebook's tagged cells would be promoted to."""

    export_from_notebook = "Promoted module"
    output_mimetype = "text/x-python"

    def _file_extension_default(self) -> str:
        return ".py"

    def from_notebook_node(  # type: ignore[override]  # exporters of text give text
        self, nb: Any, resources: Any = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the module's text, and the resources with its file's ending.

        Raises:
            ConversionException: the notebook can't be read, or nothing in it is promoted.
        """
        node, found = super().from_notebook_node(nb, resources, **options)
        about = found.get("metadata", {})
        path = Path(about.get("path") or ".", f"{about.get('name') or 'notebook'}.ipynb")
        try:
            text, refused = _module(node, path)
        except PromoteError as error:
            raise ConversionException(str(error)) from error
        for one in refused:
            self.log.warning("refused %s [%s]: %s", one.name, one.code, one.message)
        if not text:
            raise ConversionException(
                f"{path.name}: no cell is promoted; tag cells, or try: jupyter promote suggest"
            )
        return text, found


def _module(content: object, path: Path) -> tuple[str, tuple[plan.Refusal, ...]]:
    """Return the text of the module, "" where nothing is promoted, and the groups refused."""
    read = notebook.of_content(json.loads(json.dumps(content)), path)
    drawn = plan.draw_up(read)
    if not drawn.written:
        return "", drawn.refused
    target = project.choose(read, path.parent, None)
    return module.render(drawn, target).text, drawn.refused
