"""The flows: the nightly run and the backfill, the command line, the settings, and the landing zone that they read.

What belongs here: the order of the stages, everything that touches the outside (files that land, Prefect, the terminal), and
nothing that decides what an article is. The only room that imports Prefect.
"""

import os

# Nothing here multiplies matrices large enough for threads of their own, which numpy starts when it is loaded and which wait for
# work by asking for it all the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
