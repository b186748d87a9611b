"""Limit the memory and time of a process of Windows by a job object, which ends it where it goes beyond."""

import ctypes
import sys
from ctypes import wintypes

PROCESS_TIME, PROCESS_MEMORY = 0x2, 0x100
EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
TICKS_A_SECOND = 10_000_000


class _Basic(ctypes.Structure):
    _fields_ = [
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", wintypes.DWORD),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", wintypes.DWORD),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", wintypes.DWORD),
        ("SchedulingClass", wintypes.DWORD),
    ]


class Extended(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of the Windows API."""

    _fields_ = [
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    ]


def extended_limits(memory_mib: int, seconds: int) -> Extended:
    """Return what Windows is told: bytes of memory and ticks of user time of one process."""
    limits = Extended()
    limits.BasicLimitInformation.LimitFlags = PROCESS_TIME | PROCESS_MEMORY
    limits.BasicLimitInformation.PerProcessUserTimeLimit = seconds * TICKS_A_SECOND
    limits.ProcessMemoryLimit = memory_mib << 20
    return limits


def limit_this_process(memory_mib: int, seconds: int) -> None:
    """Put this process into a job with these limits. Raises OSError where Windows refuses."""
    if sys.platform != "win32":
        raise OSError("job objects are of Windows alone")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.SetInformationJobObject.argtypes = [wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD]
    kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
    job = kernel.CreateJobObjectW(None, None)
    limits = extended_limits(memory_mib, seconds)
    given = kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
    if not job or not given or not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess()):
        raise ctypes.WinError(ctypes.get_last_error())
