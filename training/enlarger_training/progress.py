"""One progress line on the terminal, one line per tenth elsewhere."""

import sys


def report_progress(task: str, done: int, total: int, note: str = "") -> None:
    """Shows `task: done/total note` on stderr.

    On a terminal the line is overwritten; in a log only every tenth part appears.
    """
    line = f"{task}: {done}/{total} {note}".rstrip()
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{line}\x1b[K{end}")
    elif done == total or done * 10 // total != (done - 1) * 10 // total:
        sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
