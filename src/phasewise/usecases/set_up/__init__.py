"""The first set-up in the browser, step by step: what was typed, what Jira says to it, what is kept."""
