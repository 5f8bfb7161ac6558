"""The judgement: standard library only, values in and values out."""
