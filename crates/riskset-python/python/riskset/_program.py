"""What the program does besides analyses: study files, tables read, any command."""

import os

from . import _riskset
from ._errors import AnalysisError, RequestError
from ._frame import Table


def load(source, reading=None):
    """Reads a file or a bundled set (``"@lung"``) as riskset reads it.

    Parameters
    ----------
    source : str or path
        The file, or ``@name``.
    reading : dict, optional
        What the reader is told: ``{"sheet": "Patients"}``; see the guide on reading data.

    Returns
    -------
    Table
    """
    from ._analyses import _watch

    return Table(_riskset.load(os.fspath(source), reading, _watch()))


def study(path, output, force=False, dpi=300):
    """Runs a study file and writes its report.

    Parameters
    ----------
    path : str or path
        The study file (TOML).
    output : str or path
        The folder to write; its parent must exist.
    force : bool
        Whether a folder that is there is replaced.
    dpi : int
        Dots per inch of the PNG figures.

    Returns
    -------
    dict
        What was written: title, patients, numbers, figures, tables, warnings, one line for each
        comparison.
    """
    from ._analyses import _watch

    return _riskset.study(os.fspath(path), os.fspath(output), force, dpi, _watch())


def command(*arguments):
    """Runs a command line and returns what it answers: ``command("datasets", "list")``.

    Raises
    ------
    RequestError
        For a command line that is wrong.
    AnalysisError
        For an analysis that could not be done.
    """
    arguments = ["riskset", *map(os.fspath, arguments)]
    status, answer, said = _riskset.command(arguments, True)
    if status:
        error = RequestError if status == 2 else AnalysisError
        raise error(said.strip().removeprefix("riskset: "), " ".join(arguments))
    return answer


def main():
    """The command `riskset`."""
    import signal
    import sys

    # The program answers Ctrl-C itself: Python would wait for the end of the analysis.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_riskset.command(["riskset", *sys.argv[1:]], False)[0])
