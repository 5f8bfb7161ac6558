"""Migrations with one planted defect each, and right ones that are easily accused."""
