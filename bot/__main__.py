"""`python -m bot` is `pullquote run`."""

import sys

from bot.start import main

sys.argv.insert(1, "run")
main()
