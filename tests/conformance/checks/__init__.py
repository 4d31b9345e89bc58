"""Checks that every worker has to pass, whatever its language; a language's test module imports them.

User code for them is in ``code/<language>/<name>``, with the same names and meanings in every language.
"""
