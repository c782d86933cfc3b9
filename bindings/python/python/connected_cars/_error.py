"""The one exception of the package."""


class CcError(Exception):
    """Why a call failed. ``code`` is one of ``ERROR_CODES`` and is the same in every language.

    Damaged input is no failure of a call: it comes back as an item or a rejected line.
    """

    code: str

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
