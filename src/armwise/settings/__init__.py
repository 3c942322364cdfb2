"""What a trial declares: typed, strict, and with messages that point at file, line and column."""

from armwise.settings.blinded import while_blinded
from armwise.settings.loading import load
from armwise.settings.problems import SettingsError

__all__ = ["SettingsError", "load", "while_blinded"]
