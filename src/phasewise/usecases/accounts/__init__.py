"""Who may come in: accounts, sessions, links and what was tried too often. Called by web and commands."""
