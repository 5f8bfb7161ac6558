"""The faces: the only readers of arguments, environment, working directory and clock."""
