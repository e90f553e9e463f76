"""The transforms: pure functions over Polars frames and plain values.

What belongs here: everything that decides what an article is and what it shares with others. What does not: files, databases,
clocks, environment variables, random numbers, Prefect. A transform that is given the same rows gives the same rows, however
they were cut into batches and whatever machine it runs on (docs/architecture.md, law 7).
"""
