"""Helpers of the tests, one idea a file."""
