"""``python -m riskset`` is the command `riskset`."""

from ._program import main

main()
