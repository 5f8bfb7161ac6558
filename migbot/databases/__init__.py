"""Throw-away databases, one kind a file, named as SQLAlchemy names its dialects."""
