"""The text of a mail: what is left when politeness, signatures and quoted mails are taken off."""

from __future__ import annotations

import pytest

from tests.mail_bodies import NEWS, NOTHING
from xl_collab.exchange.mail.bodies import own_part
from xl_collab.exchange.mail.greetings import has_news

SENDERS = ("李四", "Li Si")


def test_there_are_many_of_both() -> None:
    assert len(set(NEWS)) >= 60 and len(set(NOTHING)) >= 60


@pytest.mark.parametrize("body", NOTHING)
def test_politeness_is_no_news(body: str) -> None:
    assert not has_news(own_part(body), SENDERS)


@pytest.mark.parametrize("body", NEWS)
def test_in_doubt_there_is_news(body: str) -> None:
    assert has_news(own_part(body), SENDERS)
