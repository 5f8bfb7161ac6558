"""What a database has in it, as flat values that two moments can be compared by.

A catalog maps a key to an object `[kind, name, table, definition]`: `table` is the table it
belongs to ("" for what stands alone), `definition` its text with everything taken out that a
correct downgrade may leave different.
"""
