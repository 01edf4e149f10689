"""The console script, and `python -m leadreturns`: an interrupt while the program is still loading ends it quietly."""

import os
import signal

from leadreturns.errors import EXIT_INTERRUPTED


def main() -> None:
    """Run the command line. Where the shell has an interrupt ignored, as for a job in the background, it stays so."""
    ordinary = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if ordinary:
        signal.signal(signal.SIGINT, lambda *_: os._exit(EXIT_INTERRUPTED))
    from leadreturns.cli import app

    if ordinary:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    app.main()


if __name__ == "__main__":
    main()
