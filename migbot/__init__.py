"""migbot keeps an Alembic migration history mergeable and reversible."""

__version__ = "0.1.0"
