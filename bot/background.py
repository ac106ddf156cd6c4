"""`python -m bot.background build …` is `pullquote build …` as the bot starts it: it gives way to all else on the
machine, and it ends when its standard input does: with the bot that holds the other end, however that ended."""

import os
import signal
import threading
import time
from contextlib import suppress

SECONDS_TO_FINISH = 5.0  # to tidy up, once it is told to stop


def give_way() -> None:
    """The lowest priority. Linux gives a process of this class the disk last, too."""
    os.nice(19)
    with suppress(OSError):  # where a container does not let it
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def end_with_input() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_FINISH)
    os._exit(1)


def main() -> None:
    give_way()  # before anything is imported that starts threads: they take it over
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was begun is removed
    threading.Thread(target=end_with_input, daemon=True).start()
    from bot.start import main as run

    run()


if __name__ == "__main__":
    main()
