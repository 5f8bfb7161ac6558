"""The ways out of a fork, one a file."""
