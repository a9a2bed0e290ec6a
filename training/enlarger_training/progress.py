"""One progress line on the terminal, one line every tenth of the work elsewhere."""

import sys


def report_progress(task: str, done: int, total: int, note: str = "") -> None:
    """Shows `task: done/total note` on stderr.

    On a terminal the line is overwritten; a log gets one line for every tenth of the work.
    """
    line = f"{task}: {done}/{total} {note}".rstrip()
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{line}\x1b[K{end}")
    elif done == total or done * 10 // total != (done - 1) * 10 // total:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
