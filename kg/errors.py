"""The one error that a user's mistake raises."""


class KgError(Exception):
    """Say in one line what is wrong, where, and what to do about it."""
