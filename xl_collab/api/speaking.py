"""Errors in the language of whoever asked: str() of an error is Chinese unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from xl_collab.errors import Lang, UsageError, XlCollabError
from xl_collab.schema.words import LANGS, Text

P = ParamSpec("P")
R = TypeVar("R")


class _Speaker(Protocol):
    @property
    def lang(self) -> Lang: ...


S = TypeVar("S", bound=_Speaker)


def said_in(error: XlCollabError, lang: Lang) -> XlCollabError:
    """The error with its message in `lang`."""
    error.args = (error.message(lang),)
    return error


def spoken(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """A method whose errors are in the object's own language."""

    @wraps(method)
    def speaking(self: S, *args: P.args, **options: P.kwargs) -> R:
        try:
            return method(self, *args, **options)
        except XlCollabError as error:
            said_in(error, self.lang)
            raise

    return speaking


Kind = TypeVar("Kind", bound=UsageError)


def refusal(kind: type[Kind], said: Text, **words: object) -> Kind:
    """An error of a kind, with a sentence that has its words in both languages."""
    return kind(*(said.of(lang).format(**_in(words, lang)) for lang in LANGS))


def _in(words: dict[str, object], lang: Lang) -> dict[str, object]:
    return {name: word.of(lang) if isinstance(word, Text) else word for name, word in words.items()}
