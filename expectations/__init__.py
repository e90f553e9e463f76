"""The expectations: what must hold of a candidate before it is published.

What belongs here: the rules, SQL that returns the rows that break them, and the audit that runs them through Great
Expectations. What does not: repairs. A rule that fails keeps the last good version served.
"""
