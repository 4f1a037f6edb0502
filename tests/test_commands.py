"""A command is declared once: from one object every surface has it."""

from __future__ import annotations

import io
import json

import pytest

from tools.build import oxt, ribbon
from xl_collab.commands.command import Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.commands.session import Session
from xl_collab.schema.words import t
from xl_collab.ui import buttons
from xl_collab.ui.cli import run_line
from xl_collab.ui.ribbon_xml import ribbon_xml
from xl_collab.ui.terminal import Terminal

WORDS = {"hello": t("您好，{who}", "Hello {who}")}


def greet(session: Session, options: Options) -> Reply:
    reply = session.reply(WORDS)
    reply.say("hello", who=options["who"])
    reply.payload = {"who": options["who"]}
    return reply


GREET = Command(
    id="greet",
    name="greet",
    label=t("问候", "Greet"),
    tip=t("向某人问好", "Say hello to somebody"),
    more=t("不改动工作簿。", "Changes nothing."),
    run=greet,
    options=(Option("who", t("向谁", "Whom"), metavar="WHO", required=True),),
    group="tools",
    key="ZZ",
    image="Help",
    twin="xl-collab greet WHO",
    writes=False,
)


def shown(*words: str, lang: str = "zh") -> str:
    out = io.StringIO()
    assert run_line(words, Terminal("en" if lang == "en" else "zh", out), [*buttons.COMMANDS, GREET]) == 0
    return out.getvalue()


def test_a_command_in_the_list_is_on_the_line_in_help_and_json() -> None:
    assert shown("greet", "王芳") == "您好，王芳\n"
    assert shown("greet", "Ada", lang="en") == "Hello Ada\n"
    assert json.loads(shown("greet", "王芳", "--json")) == {"who": "王芳"}
    assert "greet" in shown("--help") and "向某人问好" in shown("--help")
    assert "向谁" in shown("greet", "--help") and "WHO" in shown("greet", "--help", lang="en")


def test_it_is_on_the_ribbon_in_libreoffices_menu_and_in_the_reference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def live(group: str = "") -> list[Command]:
        return [c for c in (*buttons.COMMANDS, GREET) if c.group and group in ("", c.group)]

    for module in (oxt, ribbon, __import__("xl_collab.ui.ribbon_xml", fromlist=["live"])):
        monkeypatch.setattr(module, "live", live)
    assert 'label="问候"' in ribbon_xml("zh", "2009")
    assert "CollabDo_Greet" in ribbon.macros_module()
    assert "| 问候 | ZZ | **向某人问好**<br>不改动工作簿。 | `xl-collab greet WHO` |" in ribbon.ribbon_page(
        "zh"
    )
    assert "greet" in oxt.declared()["commands"]  # type: ignore[operator]
    assert "问候" in oxt._addons()
