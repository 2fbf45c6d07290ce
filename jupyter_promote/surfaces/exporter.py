"""The nbconvert exporter: `jupyter nbconvert --to promoted-module NOTEBOOK`.

It gives the text of the module, decided by static analysis alone: nothing is executed, nothing
is proved, and the notebook stays as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException

from jupyter_promote import workflow
from jupyter_promote.errors import PromoteError


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
            text, refused = workflow.module_of(node, path)
        except PromoteError as error:
            raise ConversionException(str(error)) from error
        for one in refused:
            self.log.warning("refused %s [%s]: %s", one.name, one.code, one.message)
        if not text:
            raise ConversionException(
                f"{path.name}: no cell is promoted; tag cells, or try: jupyter promote suggest"
            )
        return text, found
