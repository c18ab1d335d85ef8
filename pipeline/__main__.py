"""``python -m pipeline``: parses the arguments, runs the command, and turns an error into a message and exit code 2."""

from __future__ import annotations

import os
import sys

from pipeline.command_line.parser import make_parser
from pipeline.errors import WorkbenchError
from pipeline.learned.threads import one_thread, passive_waiting


def main() -> int:
    """Run the command of ``sys.argv``; return 0, or 2 after a message on standard error."""
    args = make_parser().parse_args()
    passive_waiting()
    if args.command != "fit":
        one_thread()
    try:
        args.function(args)
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader has closed the pipe: what Python flushes at its exit is discarded.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
