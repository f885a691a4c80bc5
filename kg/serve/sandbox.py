"""What keeps a worker harmless: no network, no new programs, so much memory, no files to write.

Limits hold where the system knows them: all of them on Linux, the memory and files on any Unix.
That a query asks no other machine is refused from its text already (``kg.query.safety``); here the
kernel refuses it as well.
"""

import ctypes
import os
import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

#: Processor to what the kernel calls it (linux/audit.h), and to its numbers of the calls that are
#: refused: socket, connect, bind, socketpair, execve, execveat, ptrace, io_uring_setup.
REFUSED: Mapping[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 42, 49, 53, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 200, 199, 221, 281, 117, 425)),
}
#: From here on, x86_64 numbers its calls in another way (the x32 interface).
OTHER_NUMBERS = 0x40000000
#: Seconds of computing after each of which a process steps back, and how far (nice).
STEPS, STEP = (0.3, 0.6, 1.2, 2.4, 4.8), 4

# Of linux/bpf_common.h, linux/seccomp.h and linux/prctl.h.
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("other", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def confine(memory: int) -> None:
    """Give this process, for good, so many bytes more than it has, and take the rest from it."""
    if sys.platform == "win32":
        return
    import resource

    # Not the address space: RocksDB and threads reserve more of it than they ever use.
    kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    for limit, value in (
        (kind, _data() + memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    if sys.platform == "linux":
        # Where memory runs out in spite of all, a worker goes first.
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
        _refuse_calls()


def step_back(process: int, spent: float) -> None:
    """Put a process that has computed for so many seconds behind those that have for fewer."""
    if sys.platform != "win32":
        with suppress(OSError):
            steps = sum(spent >= seconds for seconds in STEPS)
            os.setpriority(os.PRIO_PROCESS, process, steps * STEP)


def busy_seconds(process: int) -> float | None:
    """Return how long a process has been computing, None where the system does not say."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The name of the program, in brackets, may hold spaces.
    user, system = told.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _data() -> int:
    """Return how many bytes of memory this process has for itself, as far as the system says."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[5]
    except OSError:
        return 1 << 30
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _refuse_calls() -> None:
    """Have the kernel answer calls that a query never needs with "not permitted" (seccomp)."""
    known = REFUSED.get(platform.machine())
    if known is None:
        return
    processor, calls = known
    # Jumps count the steps that they leave out, on the way to the last one.
    count = len(calls)
    steps = [
        _Step(_LOAD, 0, 0, 4),
        _Step(_EQUAL, 0, count + 3, processor),
        _Step(_LOAD, 0, 0, 0),
        _Step(_AT_LEAST, count + 1, 0, OTHER_NUMBERS),
        *(_Step(_EQUAL, count - at, 0, call) for at, call in enumerate(calls)),
        _Step(_RETURN, 0, 0, _ALLOW),
        _Step(_RETURN, 0, 0, _REFUSE),
    ]
    array = (_Step * len(steps))(*steps)
    program = _Program(len(steps), array)
    control = ctypes.CDLL(None, use_errno=True).prctl
    # Varargs are longs: without their types the upper halves would be whatever stood there.
    control.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)
    if control(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
        control(_SECCOMP, _FILTER, ctypes.addressof(program), 0, 0)
