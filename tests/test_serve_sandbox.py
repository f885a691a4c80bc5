"""A confined process has no network, starts no program, writes no file and gets little memory."""

import os
import subprocess
import sys
import time

import pytest

from kg.serve import sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

#: What a process tries, and the error that it meets.
TRIALS = {
    "socket.socket()": "PermissionError",
    "socket.create_connection(('127.0.0.1', 9))": "PermissionError",
    "socket.socketpair()": "PermissionError",
    "subprocess.run(['true'])": "PermissionError",
    "os.execv('/bin/true', ['true'])": "PermissionError",
    "os.write(os.open('written', os.O_CREAT | os.O_WRONLY), b'x')": "OSError",
    "bytearray(200 << 20)": "MemoryError",
    "bytearray(10 << 20)": None,
    "open(os.devnull).read()": None,
}


@pytest.mark.parametrize("trial", TRIALS)
def test_a_confined_process_cannot(trial: str, tmp_path: os.PathLike[str]) -> None:
    code = f"""
import os, socket, subprocess
from kg.serve.sandbox import confine
confine(100 << 20)
try:
    {trial}
except (OSError, MemoryError) as error:
    print(type(error).__name__)
else:
    print(None)
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout.strip() == str(TRIALS[trial]), ran.stderr


def test_what_is_refused_has_its_number_on_this_processor() -> None:
    """The table is of numbers: each is held against what the C library does."""
    code = """
import ctypes, errno, sys
from kg.serve import sandbox
import platform
sandbox.confine(100 << 20)
call = ctypes.CDLL(None, use_errno=True).syscall
_, numbers = sandbox.REFUSED[platform.machine()]
print([ctypes.get_errno() for number in numbers if call(number, -1, 0, 0, 0, 0, 0) == -1])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == str([1] * 8), ran.stderr


def test_a_process_that_stepped_back_waits_for_the_others() -> None:
    spin = "import time; print('up', flush=True); end = time.monotonic() + 20\n"
    spin += "while time.monotonic() < end: pass"
    cores = sorted(os.sched_getaffinity(0))[:1]
    both = [
        subprocess.Popen([sys.executable, "-c", spin], stdout=subprocess.PIPE) for _ in range(2)
    ]
    try:
        for one in both:
            assert one.stdout is not None and one.stdout.readline()
            os.sched_setaffinity(one.pid, cores)
        sandbox.step_back(both[0].pid, sandbox.STEPS[-1])
        before = [sandbox.busy_seconds(one.pid) or 0 for one in both]
        end = time.monotonic() + 10
        while (sandbox.busy_seconds(both[1].pid) or 0) < before[1] + 0.5:
            assert time.monotonic() < end
            time.sleep(0.01)
        spent = [
            (sandbox.busy_seconds(one.pid) or 0) - was
            for one, was in zip(both, before, strict=True)
        ]
        assert spent[0] < spent[1] / 5
    finally:
        for one in both:
            one.kill()
            one.wait()
