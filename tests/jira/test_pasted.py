"""What people paste for an address and a token, and what is made of it."""

import pytest

from phasewise.jira.pasted import addresses, token

CLOUD = "https://acme.atlassian.net"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (CLOUD, [CLOUD]),
        (f'  "{CLOUD}/" ', [CLOUD]),
        (f"{CLOUD}/jira/software/projects/ML/boards/1?x=y", [CLOUD]),
        ("acme.atlassian.net", [CLOUD]),
        ("acme", [CLOUD]),
        ("https://jira.acme.com/jira", ["https://jira.acme.com/jira", "https://jira.acme.com"]),
        (
            "https://acme.com:8443/tools/jira/browse/ML-1",
            ["https://acme.com:8443/tools/jira", "https://acme.com:8443/tools", "https://acme.com:8443"],
        ),
        ("http://[::1]:8080", ["http://[::1]:8080"]),
    ],
)
def test_the_addresses_that_may_be_meant_come_the_likeliest_first(typed: str, meant: list[str]) -> None:
    assert list(addresses(typed)) == meant


@pytest.mark.parametrize(
    "typed", ["", "ftp://acme.com", "https://", "https://a b.com", "https://me:pw@acme.com", "http://x:99999"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="an address"):
        list(addresses(typed))


@pytest.mark.parametrize(
    "typed", ["ATATT3x=1", " ATATT3x=1\n", '"ATATT3x=1"', "Bearer ATATT3x=1", "“ATATT3x=1”"]
)
def test_a_token_is_freed_of_what_came_along(typed: str) -> None:
    assert token(typed) == "ATATT3x=1"


@pytest.mark.parametrize("typed", ["", '""', "two words", "tоken", "a\x00b"])
def test_what_is_no_token_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="a token is"):
        token(typed)
