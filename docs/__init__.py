"""The documentation; its rule pages ship in the wheel for `migbot explain`."""
