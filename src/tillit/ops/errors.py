"""Errors of this floor: each is one sentence that an operator can act on."""


class OperationError(RuntimeError):
    """Something the operator has to know; the `tillit` command prints it without a traceback."""
