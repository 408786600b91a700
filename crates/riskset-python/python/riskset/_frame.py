"""Tables that go in, and tables that come out."""

from . import _riskset


class Table:
    """A table with the Arrow C stream: ``polars.DataFrame(table)``, ``pyarrow.table(table)``.

    Columns are numbers, flags or texts; what is missing is null.
    """

    NAME = "data frame"

    def __init__(self, held):
        self._held = held

    @classmethod
    def of_stream(cls, source):
        """A table of anything that `riskset` takes as data."""
        return cls(_riskset.frame(source, cls.NAME))

    @classmethod
    def of_columns(cls, columns):
        """A table of a dictionary of columns."""
        return cls(_riskset.frame(dict(columns), cls.NAME))

    def __arrow_c_stream__(self, requested_schema=None):
        return _riskset.stream(self._held)

    def to_dict(self):
        """The columns as lists, by name; `None` is missing."""
        return _riskset.columns(self._held)

    def to_polars(self):
        """The table as a `polars.DataFrame`."""
        import polars

        return polars.DataFrame(self)

    def to_pandas(self):
        """The table as a `pandas.DataFrame`."""
        import pandas

        return pandas.DataFrame(self.to_dict())

    def __len__(self):
        columns = self.to_dict()
        return len(next(iter(columns.values()), []))

    def __repr__(self):
        columns = self.to_dict()
        lines = ["  ".join(columns)]
        rows = list(zip(*columns.values()))
        lines += ["  ".join("" if cell is None else str(cell) for cell in row) for row in rows[:10]]
        if len(rows) > 10:
            lines.append(f"... {len(rows)} rows")
        return "\n".join(lines)


class _Stream:
    """An Arrow stream that was handed over."""

    def __init__(self, capsule):
        self.capsule = capsule

    def __arrow_c_stream__(self, requested_schema=None):
        return self.capsule


def tables_of(streams):
    """Tables by name, of named Arrow streams."""
    return {name: Table.of_stream(_Stream(capsule)) for name, capsule in streams}


def is_table(value):
    """Whether a value is handed over as a table instead of being a field of a request."""
    return (
        isinstance(value, Table)
        or hasattr(value, "__arrow_c_stream__")
        or hasattr(value, "__dataframe__")
    )


def taken(value):
    """A table as the compiled part takes it."""
    if isinstance(value, Table):
        return value._held
    return _riskset.frame(value, Table.NAME)
