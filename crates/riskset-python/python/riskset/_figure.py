"""Figures."""

import json

from . import _riskset
from ._frame import Table, tables_of


class Figure:
    """A figure: it shows itself in Jupyter, marimo and VS Code, and is saved for a journal."""

    def __init__(self, held):
        self._held = held

    def svg(self):
        """The figure as SVG, in millimetres; the same figure gives the same bytes everywhere."""
        return _riskset.draw(self._held, "svg", 600.0).decode()

    def pdf(self):
        """The figure as the bytes of a PDF of one page, fonts embedded."""
        return _riskset.draw(self._held, "pdf", 600.0)

    def png(self, dpi=600):
        """The figure as the bytes of a PNG of so many dots per inch."""
        return _riskset.draw(self._held, "png", float(dpi))

    def save(self, path, dpi=600):
        """Writes the figure in the format that the extension names: svg, pdf, png, tif or tiff.

        The file is whole or not there. `dpi` matters for png and tiff only.
        """
        _riskset.save(self._held, path, float(dpi))
        return self

    @property
    def caption(self):
        """The caption: what bands, marks, counts and lines mean."""
        return " ".join(_riskset.caption(self._held))

    @property
    def request(self):
        """The request that drew the figure: every field with its value, the defaults too."""
        return json.loads(_riskset.draw(self._held, "request", 600.0))

    @property
    def warnings(self):
        """The doubts, each with `code`, `about` and `message`."""
        named = ("code", "about", "message")
        return [dict(zip(named, said)) for said in _riskset.warnings(self._held)]

    def lint(self):
        """What the checks of a reviewer find: a list of findings."""
        return json.loads(_riskset.lint(self._held))

    def data(self):
        """The numbers behind the figure: a `Table` for each part of it, by name."""
        return tables_of(_riskset.figure_data(self._held))

    def _repr_svg_(self):
        return self.svg()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}

    def _mime_(self):
        return "image/svg+xml", self.svg()

    def __repr__(self):
        return f"<riskset figure: {self.request['analysis']}. {self.caption}>"

    def __reduce__(self):
        request = self.request
        if request.get("data") == Table.NAME:
            raise TypeError("a figure of a data frame cannot be pickled; save it instead")
        from ._analyses import ask

        return ask, (request["analysis"], request)
