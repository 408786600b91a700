"""One child process: its output, time, processor time and peak memory."""

import json
import os
import subprocess
import tempfile
import threading
import time

import tables


class Child:
    """What a process did. `answer` is the JSON it printed, `problem` says why there is none."""

    def __init__(self, seconds, processor, peak, answer, problem):
        self.seconds = seconds  # wall clock, from start to end
        self.processor = processor  # user and system, all threads
        self.peak = peak  # bytes of resident memory, at most
        self.answer = answer
        self.problem = problem

    def measurement(self):
        """The measurements that the process made of itself, or its problem."""
        if self.answer is None:
            return {"problem": self.problem}
        seconds, processor = self.answer["seconds"], self.answer["processor"]
        known = [value for value in processor if value is not None]
        return {
            "median": tables.median(seconds),
            "processor": tables.median(known) if known else None,
            "runs": len(seconds),
            "seconds": seconds,
            "peak": self.peak,
            "answer": self.answer["answer"],
        }


def run(command, limit):
    """Runs a command for at most `limit` seconds."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(command, stdout=output, stderr=errors)
        except OSError as error:
            return Child(0, 0, 0, None, str(error))
        timer = threading.Timer(limit, process.kill)
        timer.start()
        # wait4 and not wait: it is what tells the memory of this child alone.
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        stopped = not timer.is_alive() and process.returncode < 0
        timer.cancel()
        output.seek(0)
        errors.seek(0)
        text, complaint = output.read().decode(), errors.read().decode(errors="replace")
    answer, problem = None, None
    if stopped:
        problem = f"more than {limit:.0f} s"
    elif process.returncode != 0:
        last = (complaint.strip().splitlines() or ["no message"])[-1]
        problem = "out of memory" if "MemoryError" in last else f"failed: {last}"
    elif text.lstrip()[:1] in ("{", "["):
        answer = json.loads(text)
    # Linux counts the peak in kilobytes.
    return Child(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, answer, problem)
