"""Starts tap-jira against a plain http address; it runs in the environment of tap-jira, not in ours.

Two things are changed: the tap forces https on its base address, and it wants of every issue the transitions
that it asks for, which the sandbox does not list in a search. Streams: issues and changelogs.
"""

import json
import os
import sys
from typing import Any

import tap_jira
from tap_jira import http, streams
from tap_jira.context import Context


class _Nobody:
    is_on_prem_instance = True


def select() -> None:
    """Write the tap's own catalogue with the two streams selected whole."""
    Context.client = _Nobody()
    catalog = tap_jira.discover().to_dict()
    for stream in catalog["streams"]:
        if stream["tap_stream_id"] in (streams.ISSUES.tap_stream_id, streams.CHANGELOGS.tap_stream_id):
            for entry in stream["metadata"]:
                entry["metadata"]["selected"] = True
    with open(os.environ["TAP_CATALOG"], "w") as file:
        json.dump(catalog, file)


def without_transitions(sync_sub_streams: Any) -> Any:
    def sync(page: Any) -> None:
        for issue in page:
            issue.setdefault("transitions", [])
        sync_sub_streams(page)

    return sync


if __name__ == "__main__":
    select()
    streams.sync_sub_streams = without_transitions(streams.sync_sub_streams)
    http.Client.url = lambda self, path: self.base_url.rstrip("/") + "/" + path.lstrip("/")
    with open(os.environ["TAP_OUT"], "w") as sys.stdout:
        tap_jira.main()
