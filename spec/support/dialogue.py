"""Talks with a program at a terminal of its own: python3 dialogue.py STEPS PROGRAM [ARGUMENT ...]

STEPS is a file of JSON, a list of [what to wait for, what to type then]; what is typed may be "". Each is waited for in
what was written since the one before. At the end the program must end by itself. Prints JSON: what was written to the
terminal, and the exit status, or what was waited for in vain.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

SECONDS = 60


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        steps = json.load(file)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    out, at, ends = b"", 0, time.monotonic() + SECONDS
    waiting = None
    while time.monotonic() < ends:
        while steps and (found := out.find(steps[0][0].encode(), at)) >= 0:
            at = found + len(steps[0][0].encode())
            os.write(terminal, steps.pop(0)[1].encode())
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            got = os.read(terminal, 65536)
        except OSError:
            got = b""
        if not got:
            break
        out += got
    else:
        os.kill(pid, 9)
        waiting = steps[0][0] if steps else "its end"
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if steps and waiting is None:
        waiting = steps[0][0]
    print(json.dumps({"out": out.decode("utf-8", "replace"), "status": status, "waiting": waiting}))


main()
