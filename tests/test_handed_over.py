"""What a company hands over, on paper: minutes, adjustment, acceptance and review of one plan of 25 tasks.

One story in each language, from the minutes over a slip of four days to the review, played once and printed
once. Dates and figures are counted by hand on the plan (`decision_plan.ends`); what stands first, and on
which page, is what a PMO looks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from decision_plan import DAYS, NAMES, PLAN, ends, mail, named, reached, said
from decision_story import GLARE, HOOD, KINDS, NOISE, OVER, SAMPLES, SLIP, Story, paper, play
from printed import Printed, pages
from sending import parsed

from xl_collab.documents.acceptance import words as acceptance
from xl_collab.documents.adjustment import words as adjustment
from xl_collab.documents.minutes import words as minutes
from xl_collab.documents.review import words as review
from xl_collab.schema.words import LANGS, Text, t

WORDS = {"minutes": minutes, "adjustment": adjustment, "acceptance": acceptance, "review": review}
LATE = {name: end - PLAN[name].last for name, end in ends(SLIP).items() if end > PLAN[name].last}
MOST_PAGES = {"minutes": 2, "adjustment": 3, "acceptance": 2, "review": 10}


@dataclass(frozen=True)
class Paper:
    """The story and its documents as they lie on the table."""

    story: Story
    documents: dict[str, list[Printed]]

    def of(self, text: Text) -> str:
        return tight(text.of(self.story.lang))

    def text(self, kind: str) -> str:
        return tight("\n".join(page.text for page in self.documents[kind]))

    def below(self, kind: str, head: str, *texts: str) -> str:
        """What stands below a heading on its page, which must have these texts there."""
        bodies = [[tight(line) for line in body(page)] for page in self.documents[kind]]
        (lines,) = (lines for lines in bodies if any(line == head for line in lines))
        found = "".join(lines[lines.index(head) :])
        assert not [text for text in texts if text not in found], (kind, head, texts, found)
        return found


def tight(text: str) -> str:
    """Without blanks, which paper puts between columns and lines."""
    return re.sub(r"\s", "", text)


def body(page: Printed) -> list[str]:
    """The lines of a page between its head and its foot."""
    lines = [line.strip() for line in page.text.splitlines() if line.strip()]
    return lines[1:-1]


@pytest.fixture(scope="module", params=LANGS)
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]
) -> Iterator[Paper]:
    folder: Path = tmp_path_factory.mktemp("story")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XL_COLLAB_MAIL_CONFIG", str(folder / "none.toml"))
        patched.setenv("XL_COLLAB_LOG", str(folder / "xl-collab.log"))
        with patched.context() as alone:  # letters need no PDF here: everything is printed at the end
            alone.setattr("xl_collab.hosts.printing._PLACES", ())
            alone.setenv("PATH", "")
            alone.delenv("XL_COLLAB_SOFFICE", raising=False)
            story = play(folder, request.param)
        found = paper(story, soffice)
        yield Paper(story, {kind: pages(found[kind]) for kind in KINDS})


# every paper


def test_the_plan_slips_as_counted_by_hand() -> None:
    assert (len(PLAN), len(LATE), sum(LATE.values())) == (25, 11, 42)


def test_papers_are_as_short_as_they_can_be_read(told: Paper) -> None:
    for kind, document in told.documents.items():
        assert len(document) <= MOST_PAGES[kind], kind
        assert min(page.smallest for page in document) >= 9, kind
        assert "###" not in told.text(kind), kind  # what a narrow column makes of a date


def test_no_head_stands_alone_at_a_foot(told: Paper) -> None:
    labels = (review.CONCLUSION, review.ROOT_CAUSE, review.MORE_PATTERNS, review.NEW_ACTION)
    labels += (review.SUPERIOR_OPINION, acceptance.OPINION)
    for kind, document in told.documents.items():
        heads = {told.of(head) for head in (*WORDS[kind].HEAD.values(), *labels)}
        for page in document:
            last = body(page)[-1]
            assert tight(last) not in heads, (kind, last)
            assert not re.match(r"(编号|序号|ID|No\.)\s", last), (kind, last)


# letters on the way


def test_letters_go_to_whom_they_concern(told: Paper) -> None:
    to = {
        kind: {address.addr_spec for path in files for address in parsed(path.read_bytes())["To"].addresses}
        for kind, files in told.story.sent.items()
    }
    wanted = {"minutes": set(map(mail, NAMES)), "approval": {"boss@example.com"}}
    assert to == wanted | {"notice": {mail(key) for key in reached("T005", 4)}}


# what each says


def test_minutes_begin_with_decisions_and_actions(told: Paper) -> None:
    first = tight("\n".join(body(told.documents["minutes"][0])))
    lang = told.story.lang
    decision, action = tight(said("decision", lang)[3:]), tight(said("action", lang))
    places = [first.index(text) for text in (decision, action, told.of(minutes.HEAD["variance"]))]
    assert places == sorted(places)


def test_the_adjustment_says_what_moves_and_is_signed_where_it_is_decided(told: Paper) -> None:
    first = told.below("adjustment", told.of(adjustment.TITLE), "T005", "2026-03-17", "2026-03-23")
    assert tight(said("lack", told.story.lang)) in first
    whole = told.text("adjustment")
    for name in LATE.keys() - {"T005"}:
        old, new = DAYS[PLAN[name].last], DAYS[PLAN[name].last + LATE[name]]
        assert re.search(rf"{name}\D+{name[1:]}{old}{new}\+{LATE[name]}", whole), name
    # The boxes to tick are on the page where the superior signs.
    told.below("adjustment", told.of(adjustment.HEAD["approval"]), "□", tight(said("boss", told.story.lang)))


def test_the_acceptance_certificate_answers_what_was_delivered_when_and_what_is_left(told: Paper) -> None:
    lang = told.story.lang
    late = t(
        "计划 2026-03-17，2026-03-23 完成，延期 4 个工作日",
        "Planned for 2026-03-17, finished 2026-03-23, 4 workdays late",
    )
    left = t("遗留问题 1 项，最晚 2026-04-24 前解决", "1 remaining issue, the last due on 2026-04-24")
    summary = (told.of(late), told.of(left), "Y001", told.of(NOISE))
    told.below("acceptance", told.of(acceptance.HEAD["summary"]), *summary)
    ticked = t("■ 有条件接收", "■ on conditions")
    both = (f"{named('rd', lang)}", f"{named('qa', lang)}")
    told.below("acceptance", told.of(acceptance.HEAD["conclusion"]), told.of(ticked), *both)


def test_the_review_says_first_how_it_ended(told: Paper) -> None:
    figures = t(
        "到期任务 25 项，按期率为 56%（14/25），平均偏差 +1.7 个工作日",
        "25 tasks were due, 56% of them finished on time (14 of 25); their mean variance is +1.7 workdays",
    )
    counts = t("需求变更 1 项，进度调整 1 项", "1 change request, 1 schedule change")
    first = told.below(
        "review", told.of(review.HEAD["summary"]), "25", told.of(counts), told.of(review.HEAD["goal"])
    )
    assert told.of(figures) in first
    assert str(OVER) in told.documents["review"][0].text


def test_the_review_tells_the_change_and_the_adjustment_with_their_causes(told: Paper) -> None:
    lang = told.story.lang
    request = told.below("review", told.of(review.HEAD["requested"]), "B001", told.of(HOOD), "2026-03-16")
    assert "T005" in request and told.of(GLARE)[:6] in request
    told.below("review", told.of(review.HEAD["changes"]), "C001", "2026-03-17", "2026-03-23", "+4")
    change = t(
        "需求变更“灯头改用防眩罩”（2026-03-16 批准）",
        "Change of the request “An anti-glare hood” (approved on 2026-03-16)",
    )
    failed = told.below("review", told.of(review.HEAD["failed"]), told.of(change), tight(said("lack", lang)))
    assert failed.index(told.of(SAMPLES)[:6]) < failed.index("C001")
    assert told.of(NOISE) in failed  # what the acceptance left open


def test_no_chart_is_cut(told: Paper) -> None:
    # The lowest line of each chart, and the figures at its right edge, are on the page of its title.
    departments, lang = [named(key, told.story.lang) for key in NAMES], told.story.lang
    told.below("review", told.of(review.CHART["departments"]), *map(tight, departments), "+2.8")
    for page in told.documents["review"]:  # no heading of the table among the bars
        lines = [tight(line) for line in body(page)]
        assert told.of(review.COLUMN["department"]) not in lines
    told.below("review", told.of(review.CHART["stages"]), tight(said("stage", lang)), "+1.7")
    told.below("review", told.of(review.CHART["progress"]), "2026-03-16", str(OVER), "25")
    told.below("review", told.of(review.CHART["end"]), "+3", "2026-03-16", str(OVER))


def test_the_review_ends_with_what_is_left_to_do_and_is_signed(told: Paper) -> None:
    told.below("review", told.of(review.HEAD["actions"]), "Y001", "2026-04-24", "A001", "2026-03-19")
    last = tight("\n".join(body(told.documents["review"][-1])))
    assert told.of(review.HEAD["opinion"]) in last
    assert all(told.of(name) in last for name in review.SIGN[:2])
