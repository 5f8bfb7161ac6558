"""A small GitHub that remembers: its REST interface and git over real HTTP, in one thread."""
