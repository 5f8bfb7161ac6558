"""The GitHub App: a webhook in, the same judgement, the same report out."""
