"""The guest: runs in the project's own interpreter and shares nothing with the rest of migbot.

Standard library, Alembic (>= 1.8) and SQLAlchemy (>= 1.4) only, in the syntax of Python 3.8.
"""
