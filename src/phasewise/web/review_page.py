"""The pages of the fifteen-minute review, made of a draft report and what was decided. Called by `review`."""

from collections.abc import Iterator, Mapping, Sequence

from phasewise.core.digest import Digest, PersonDigest, ProjectDigest
from phasewise.core.digest import Problem as Found
from phasewise.core.health import Colour
from phasewise.core.model import Severity, State
from phasewise.core.review import MINUTES, Queue, ReviewChoice, ReviewException, next_open
from phasewise.i18n.speaking import _, marked, ngettext, pgettext
from phasewise.store.reviews import Review
from phasewise.terms import phase_name, state_name
from phasewise.usecases.reviews import ReviewFacts
from phasewise.web.dates import Dates
from phasewise.web.here import address, path_of
from phasewise.web.log_words import who_words
from phasewise.web.report_page import report_path
from phasewise.web.report_rows import Ways, news_of, plan_note, ways_of
from phasewise.web.report_words import health_mark, problem_row, reason_of
from phasewise.web.review_values import (
    ChoiceRow,
    Clock,
    DecidedRow,
    FoldedRow,
    PastRow,
    ReviewEnd,
    ReviewScreen,
    ReviewStart,
)
from phasewise.web.tables import Framed
from phasewise.web.values import Chrome, Problem
from phasewise.web.wording import days_text, number

CHOICES: Mapping[ReviewChoice, tuple[str, str]] = {
    ReviewChoice.HELP: (marked("Help"), marked("somebody helps: say who, with what")),
    ReviewChoice.SPLIT: (marked("Split"), marked("the task becomes two, and one of them is finished")),
    ReviewChoice.WAIVE: (marked("Waive"), marked("it may go on until a day, for a reason")),
    ReviewChoice.PIVOT: (marked("Pivot"), marked("another course: what was found, and where it goes")),
    ReviewChoice.STOP: (marked("Stop"), marked("the project ends here: say why")),
    ReviewChoice.NOTHING: (marked("Nothing"), marked("looked at, and left as it is")),
}


def review_screen(
    chrome: Chrome, dates: Dates, digest: Digest, queue: Queue, facts: ReviewFacts, name: str, today: str
) -> ReviewScreen:
    """One exception of the queue, by its name."""
    names = [one.name for one in queue.exceptions]
    one = queue.exceptions[names.index(name)]
    decided = facts.decided.get(name)
    ways = ways_of(digest, is_open=True, sees_people=True)
    after = next_open(queue.exceptions, {*facts.decided, name}, name)
    news = news_of(one.project, dates, ways) if one.project else None
    return ReviewScreen(
        chrome=chrome,
        address=address_of(facts.review),
        name=name,
        place=_("%(n)s of %(num)s", n=names.index(name) + 1, num=len(names)),
        title=_title(one),
        href=_page_of(one),
        health=health_mark(one.project.health.colour, reason_of(one.project.health)) if one.project else None,
        facts=tuple(_project_facts(one.project, dates) if one.project else _person_facts(one.person)),
        problems=tuple(_problems(one, dates, ways)),
        asks=ngettext("%(num)s record asks for somebody", "%(num)s records ask for somebody", one.asks)
        if one.asks
        else "",
        events=news.events if news else (),
        choices=tuple(
            ChoiceRow(choice.value, str(n), _label(choice), _(CHOICES[choice][1]), _is(decided, choice))
            for n, choice in enumerate(one.choices, 1)
        ),
        text=decided.text if decided else "",
        until="",
        today=today,
        later=address(address_of(facts.review), [("at", after or "end")]),
        clock=_clock(facts),
        problem="",
    )


def _label(choice: ReviewChoice) -> str:
    """What help somebody gets is another word than what help a page gives, in most languages."""
    return pgettext("decision", "Help") if choice is ReviewChoice.HELP else _(CHOICES[choice][0])


def review_end(chrome: Chrome, queue: Queue, facts: ReviewFacts) -> ReviewEnd:
    """What is left when all was decided."""
    review = facts.review
    titles = {one.name: _title(one) for one in queue.exceptions}
    decided = tuple(
        DecidedRow(
            titles.get(name, name.partition("-")[2]),
            _label(one.choice),
            one.text,
            address(address_of(review), [("at", name)]),
        )
        for name, one in sorted(facts.decided.items(), key=lambda item: item[1].at)
    )
    folded = tuple(FoldedRow(one.summary, path_of("projects", one.key), _short(one)) for one in queue.folded)
    draft = report_path(review.team, review.week, "edit")
    is_over = review.ended_at is not None
    left = len([one for one in queue.exceptions if one.name not in facts.decided])
    return ReviewEnd(chrome, address_of(review), left, decided, folded, _clock(facts), draft, is_over)


def review_start(
    chrome: Chrome,
    dates: Dates,
    team: str,
    teams: Sequence[str],
    queue: Queue,
    reviews: Sequence[Review],
    past: Framed[Review],
) -> ReviewStart:
    """Before it begins; `past` are those of the reviews that ended."""
    count = len(queue.exceptions)
    line = ngettext("%(num)s thing wants a decision", "%(num)s things want a decision", count)
    rest = ngettext("%(num)s project is fine", "%(num)s projects are fine", len(queue.folded))
    going = next((one for one in reviews if one.ended_at is None), None)
    return ReviewStart(
        chrome=chrome,
        team=team,
        line=f"{line}; {rest}.",
        teams=tuple((one, address("/review", [("team", one)]), one == team) for one in teams)
        if len(teams) > 1
        else (),
        table=past,
        past=tuple(_past(one, dates) for one in past.rows),
        goes_on=address_of(going) if going else "",
    )


def address_of(review: Review) -> str:
    return path_of("review", review.review_id)


# ------------------------------------------------------------------ one exception


def _title(one: ReviewException) -> str:
    if one.project is not None:
        return one.project.summary
    assert one.person is not None  # noqa: S101 - it is about one of the two
    return one.person.person.name or _("Unknown person")


def _page_of(one: ReviewException) -> str | None:
    if one.project is not None:
        return path_of("projects", one.project.key)
    return path_of("people", one.id)


def _problems(one: ReviewException, dates: Dates, ways: Ways) -> Iterator[Problem]:
    for problem in problems_of(one):
        yield problem_row(problem, dates, ways.to(path_of("rules", problem.id)))


def problems_of(one: ReviewException) -> tuple[Found, ...]:
    """Those that count: hints are left to the pages."""
    about = one.project or one.person
    assert about is not None  # noqa: S101 - it is about one of the two
    return tuple(problem for problem in about.problems if problem.severity is not Severity.HINT)


def _project_facts(one: ProjectDigest, dates: Dates) -> Iterator[str]:
    phases = ", ".join(phase_name(phase) for phase in one.phases_now)
    yield f"{one.key} · {phases or state_name(one.state)}"
    yield _("%(spent)s weeks spent", spent=number(one.spent_weeks))
    yield plan_note(one.plan)
    if one.state is State.IDLE and one.idle_since is not None:
        yield _("idle since %(day)s", day=dates.day(one.idle_since))
    people = [
        _("%(name)s %(days)s", name=on.person.name or _("Unknown person"), days=days_text(on.days))
        for on in one.people
    ]
    if people:
        yield _("This week: %(people)s", people=", ".join(people))


def _person_facts(one: PersonDigest | None) -> Iterator[str]:
    for hand in one.active if one else ():
        title = f"{hand.ticket.key} {hand.ticket.summary}"
        yield _("%(task)s, active for %(days)s", task=title, days=days_text(hand.age_days))


def _is(decided: object, choice: ReviewChoice) -> bool:
    return getattr(decided, "choice", None) is choice


# ------------------------------------------------------------------ the rest


def _short(one: ProjectDigest) -> str:
    phases = ", ".join(phase_name(phase) for phase in one.phases_now) or state_name(one.state)
    done = ngettext("%(num)s finished", "%(num)s finished", len(one.finished)) if one.finished else ""
    moved = ", ".join(phase_name(move.phase) for move in one.phase_moves)
    came = _("came into %(phases)s", phases=moved) if moved else ""
    green = one.colour is Colour.GREEN
    return " · ".join(filter(None, (phases, done, came, "" if green else _("health overridden"))))


def _clock(facts: ReviewFacts) -> Clock:
    seconds = facts.seconds
    percent = min(100, round(100 * seconds / (MINUTES * 60)))
    return Clock(seconds, _minutes(seconds), percent, seconds > MINUTES * 60, facts.review.ended_at is None)


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _past(one: Review, dates: Dates) -> PastRow:
    things = ngettext("%(num)s exception", "%(num)s exceptions", one.exceptions)
    return PastRow(dates.day(one.began_at), who_words(one.by), _minutes(one.seconds or 0), things)
