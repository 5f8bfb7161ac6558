"""Every word migbot says on a screen or on a pull request: a Report in, text out."""
