"""Trouble that belongs in a row of the results: it is said there and the run goes on."""


class EstimationError(Exception):
    """An estimate that the data cannot give; the message is what the report shows."""
