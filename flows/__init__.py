"""The flows: the nightly run and the backfill, the command line, the settings, and the landing zone that they read.

What belongs here: the order of the stages, everything that touches the outside (files that land, Prefect, the terminal), and
nothing that decides what an article is. The only room that imports Prefect.
"""
