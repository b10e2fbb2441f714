"""What Jira cannot hold of a project: written by leads, shown to all who see the project."""
