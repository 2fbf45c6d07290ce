"""What papermill finds under the engine's name; it loads this while it is being imported itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from jupyter_promote.runs.engine import PromoteEngine


class LazyEngine:
    """Stands for `engine.PromoteEngine` until papermill is there."""

    @staticmethod
    def _engine() -> type[PromoteEngine]:
        from jupyter_promote.runs.engine import PromoteEngine

        return PromoteEngine

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """Execute the notebook."""
        return cls._engine().execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """Return the kernel that the notebook wants."""
        found: str = cls._engine().nb_kernel_name(nb, name)
        return found

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """Return the language of the notebook."""
        found: str = cls._engine().nb_language(nb, language)
        return found
