"""Everything that can go wrong here and that we know how to name.

DaobanError
├── KnowledgeError      a knowledge folder that must not be served (carries its findings)
├── SettingsError       a setting that cannot work
├── EncoderError        an encoder directory that cannot be loaded
├── DialogueAway        Rasa did not answer in time, or said nothing
├── Refused             what a person filled in cannot be taken, with the sentence that says why
└── NotFound            a guide, region or checklist that does not exist
"""


class DaobanError(Exception):
    """A fault with a Chinese sentence that says what to do."""


class KnowledgeError(DaobanError):
    """The knowledge on disk is not fit to be served; `findings` say where and why."""

    def __init__(self, message: str, findings: tuple[object, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class SettingsError(DaobanError):
    """A setting is missing or cannot work."""


class EncoderError(DaobanError):
    """The encoder directory is missing, incomplete or does not match its reference vectors."""


class DialogueAway(DaobanError):
    """The guided dialogue (Rasa) did not give a usable answer in time."""


class Refused(DaobanError):
    """What a person filled in cannot be taken."""


class NotFound(DaobanError):
    """What was asked for by id or token does not exist."""
