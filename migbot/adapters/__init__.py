"""The edges: git, GitHub, the project's interpreter. One edge a module."""
