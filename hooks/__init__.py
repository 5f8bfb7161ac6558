"""The shims that git runs, shipped as the package migbot.hooks."""
