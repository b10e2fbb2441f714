"""Phasewise: which phase every machine-learning project is in, from Jira's own history."""

from importlib.metadata import version

__version__ = version("phasewise")
