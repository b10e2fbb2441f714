"""Whom Jira knows, by what was typed: of answers as Jira gives them, without a Jira."""

from typing import Any, cast

import pytest

from phasewise.errors import JiraError
from phasewise.jira.people import Known, People, known_of

ADA = {"accountId": "5b-1", "displayName": "Ada\u2028Lovelace", "emailAddress": ""}


class Answers:
    """Answers each question with the same, or refuses it."""

    def __init__(self, said: Any, status: int = 200) -> None:
        self.said, self.status = said, status

    def call(self, request: Any) -> tuple[Any, dict[str, str]]:
        if self.status != 200:
            raise JiraError("No.", status=self.status)
        return self.said, {}


def people(said: Any, status: int = 200) -> People:
    return People(cast("Any", Answers(said, status)), cast("Any", None), is_cloud=True)


def test_who_is_found_by_a_hidden_e_mail_address_is_meant_and_by_half_a_name_is_not() -> None:
    found = people([ADA, {"displayName": "Nobody"}])
    assert [one.id for one in found.meant_by("ada@example.com")] == ["5b-1"]
    assert [one.name for one in found.meant_by("ada  lovelace")] == ["Ada Lovelace"]
    assert found.meant_by("Ada") == []


def test_an_account_that_may_not_look_for_people_finds_nobody_and_other_trouble_is_said() -> None:
    assert people(None, 403).meant_by("Ada") == []
    with pytest.raises(JiraError):
        people(None, 500).meant_by("Ada")


def test_on_data_center_people_are_known_by_their_key_and_called_by_their_login() -> None:
    user = {"key": "JIRAUSER1", "name": "ada", "displayName": "Ada Lovelace", "emailAddress": "Ada@x.org"}
    known = known_of(user)
    assert known == Known("JIRAUSER1", "Ada Lovelace", ("ada", "Ada@x.org"))
    assert (known.is_called("ADA@x.org"), known.is_called("jirauser1")) == (True, False)
    assert known_of(None) is None
