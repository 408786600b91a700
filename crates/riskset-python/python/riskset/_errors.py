"""Refusals and doubts."""


class RisksetError(Exception):
    """A refusal: riskset did not do what was asked.

    Attributes
    ----------
    what : str
        What was found and why it cannot be used, with the column, the row or the level.
    where : str
        The call or the file that it concerns.
    remedy : str or None
        What to do next; None where `what` says it.
    why : str
        `request` when the call contradicts itself or cannot be read, `analysis` when the data
        cannot be used for what was asked.
    """

    why = "analysis"

    def __init__(self, what, where="", remedy=None):
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self):
        place = f"{self.where}: " if self.where else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class RequestError(RisksetError, ValueError):
    """The call contradicts itself or cannot be read; nothing was computed."""

    why = "request"


class AnalysisError(RisksetError):
    """The data cannot be used for what was asked."""


class RisksetWarning(UserWarning):
    """A doubt about an analysis that was done.

    Attributes
    ----------
    code : str
        A fixed word for programs, such as ``few_events``.
    about : str or None
        The term, group or column that it is about; None for the whole answer.
    message : str
        What was found and what to do.
    """

    def __init__(self, code, about, message):
        super().__init__(code, about, message)
        self.code = code
        self.about = about
        self.message = message

    def __str__(self):
        return f"{self.message} ({self.code})"
