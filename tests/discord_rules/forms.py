"""The refusal of a request, and the form that collects its problems."""

from collections.abc import Collection
from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]


class Refusal(Exception):
    """A request that Discord refuses: HTTP status, JSON error code, sentence and nested ``errors``."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} (code {code}): {message} {errors or ''}".rstrip())
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    @property
    def body(self) -> Json:
        """The JSON body of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        return body if self.errors is None else {**body, "errors": self.errors}


class Form:
    """The problems found in one body, by path, raised together as code 50035."""

    def __init__(self) -> None:
        self._problems: list[tuple[Path, str, str]] = []

    def problem(self, path: Path, code: str, message: str) -> None:
        """Notes one problem at a path such as ``("components", 0, "label")``."""
        self._problems.append((path, code, message))

    def length(self, path: Path, value: object, least: int, most: int) -> None:
        """The text or list at ``path`` must have between ``least`` and ``most`` elements."""
        if not isinstance(value, str | list):
            self.problem(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif least == 0 and len(value) > most:
            self.problem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not least <= len(value) <= most:
            self.problem(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def optional_length(self, path: Path, value: object, least: int, most: int) -> None:
        """The same, where the field may be absent or null."""
        if value is not None:
            self.length(path, value, least, most)

    def between(self, path: Path, value: object, least: float, most: float) -> None:
        """The number at ``path``, where there is one, must lie between ``least`` and ``most``."""
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')
        elif not least <= value <= most:
            self.problem(path, "NUMBER_TYPE_RANGE", f"Value must be between {least} and {most}.")

    def one_of(self, path: Path, value: object, choices: Collection[object]) -> None:
        """The value at ``path`` must be one of ``choices``."""
        if value not in choices:
            listed = ", ".join(sorted(map(str, choices)))
            self.problem(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")

    def keys(self, path: Path, payload: Json, known: Collection[str]) -> None:
        """Every key must be known (stricter than Discord, which ignores some)."""
        for key in payload.keys() - set(known):
            self.problem((*path, key), "UNKNOWN_KEY", f"{key!r} is not a field here")

    def refuse_problems(self) -> None:
        """Raises the problems noted so far as one :class:`Refusal`, if there are any."""
        if not self._problems:
            return
        errors: Json = {}
        for path, code, message in self._problems:
            node = errors
            for part in path:
                node = node.setdefault(str(part), {})
            node.setdefault("_errors", []).append({"code": code, "message": message})
        raise Refusal(400, 50035, "Invalid Form Body", errors)


def form_refusal(path: Path, code: str, message: str) -> Refusal:
    """The refusal for one problem at one path."""
    form = Form()
    form.problem(path, code, message)
    try:
        form.refuse_problems()
    except Refusal as refusal:
        return refusal
    raise AssertionError("a form with a problem is refused")
