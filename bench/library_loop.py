"""The loop most people write: the `jira` library's objects, page after page, into SQLite.

It runs in an environment of its own. On Cloud `expand=changelog` gives
only the newest histories of an issue, so what it stores is not even whole.
"""

import sqlite3
import sys

from jira import JIRA

JQL = "project is not EMPTY ORDER BY created ASC"


def main(url: str, path: str) -> None:
    jira = JIRA(server=url, basic_auth=("bench", "bench"), options={"rest_api_version": "3"})
    database = sqlite3.connect(path)
    database.executescript("""
        DROP TABLE IF EXISTS issues;
        DROP TABLE IF EXISTS changes;
        CREATE TABLE issues (id INTEGER PRIMARY KEY, key TEXT, summary TEXT, status TEXT);
        CREATE TABLE changes (issue INTEGER, at TEXT, field TEXT, "before" TEXT, "after" TEXT);
    """)
    token = None
    while True:
        page = jira.enhanced_search_issues(JQL, nextPageToken=token, maxResults=100, expand="changelog")
        for issue in page:
            fields = issue.fields
            row = (int(issue.id), issue.key, fields.summary, fields.status.name)
            database.execute("INSERT OR REPLACE INTO issues VALUES (?,?,?,?)", row)
            for history in issue.changelog.histories:
                database.executemany(
                    "INSERT INTO changes VALUES (?,?,?,?,?)",
                    [
                        (int(issue.id), history.created, item.field, item.fromString, item.toString)
                        for item in history.items
                    ],
                )
        database.commit()
        token = page.nextPageToken
        if not token:
            return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
