"""What the stand-in does to answers: faults to be set as its `fault`."""

from collections.abc import Callable

from tests.blackbox.strange_jira import Asked, Fault, Reply

Chosen = Callable[[Asked], bool]


def searching(asked: Asked) -> bool:
    return "/search" in asked.path and "approximate" not in asked.path


def reading(asked: Asked) -> bool:
    return asked.path.endswith("/issue/bulkfetch") or "changelog" in asked.body.get("expand", ())


def later_page(asked: Asked) -> bool:
    return bool(searching(asked) and (asked.body.get("nextPageToken") or asked.body.get("startAt")))


def always(make: Callable[[Asked, Reply], Reply], chosen: Chosen = lambda _: True) -> Fault:
    return lambda asked, due: make(asked, due) if chosen(asked) else due


def times(number: int, make: Callable[[Asked, Reply], Reply], chosen: Chosen) -> Fault:
    """The fault for the first so many of the chosen requests; later ones are answered well."""
    left = [number]

    def fault(asked: Asked, due: Reply) -> Reply:
        if not chosen(asked) or not left[0]:
            return due
        left[0] -= 1
        return make(asked, due)

    return fault


def cut(asked: Asked, due: Reply) -> Reply:
    """The connection breaks in the middle of the page."""
    return Reply(due.status, due.body, cut=len(due.content) // 2)


def half(asked: Asked, due: Reply) -> Reply:
    """A page that is whole for HTTP and half for JSON."""
    return Reply(due.status, due.content[: len(due.content) // 2])


def web_page(asked: Asked, due: Reply) -> Reply:
    return Reply(200, b"<html>Log in</html>", {"Content-Type": "text/html"})


def elsewhere(asked: Asked, due: Reply) -> Reply:
    return Reply(302, b"", {"Location": "http://127.0.0.1:9/login"})
