"""Errors in the language of whoever asked: str() of an error is Chinese unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from xl_collab.errors import Lang, UsageError, XlCollabError
from xl_collab.schema.words import LANGS, Text

Method = TypeVar("Method", bound=Callable[..., Any])
Kind = TypeVar("Kind", bound=UsageError)


def said_in(error: XlCollabError, lang: Lang) -> XlCollabError:
    """The error with its message in `lang`."""
    error.args = (error.message(lang),)
    return error


def spoken(method: Method) -> Method:
    """A method whose errors are in the language of its object (`lang`)."""

    @wraps(method)
    def speaking(self: Any, *args: Any, **options: Any) -> Any:
        try:
            return method(self, *args, **options)
        except XlCollabError as error:
            said_in(error, self.lang)
            raise

    return cast("Method", speaking)


def refusal(kind: type[Kind], said: Text, /, **words: object) -> Kind:
    """An error of a kind, with a sentence that has its words in both languages."""
    return kind(*(said.of(lang).format(**_in(words, lang)) for lang in LANGS))


def _in(words: dict[str, object], lang: Lang) -> dict[str, object]:
    return {name: word.of(lang) if isinstance(word, Text) else word for name, word in words.items()}
