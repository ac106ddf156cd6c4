"""A process that gives up for good what it does not need, as far as the kernel lets any user: files, network, children.

Landlock (`man 7 landlock`) takes files away from Linux 5.13 on, TCP from 6.7 on; a network namespace of its own takes
the whole network, where users may have one. What the kernel has not is left out without a word.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # numbers of system calls, on every machine the same
ASK_VERSION, PATH_BENEATH = 1, 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many there are by version; 16 from the fifth on
TCP_RIGHTS = 0b11  # to bind and to connect, from the fourth version on
OUTSIDE = 0b11  # abstract sockets and signals to other processes, from the sixth on
NO_NEW_PRIVILEGES = 38  # of prctl; without it an unprivileged process may not confine itself
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # of unshare
CAPABILITIES = 0x20080522  # the version of what capset takes
MOST_FILES = 32  # open at once; a parser has its pipe and what it imports


def confine(readable: Iterable[Path]) -> None:
    """Lets this process read below the files and folders `readable` from now on, and nothing else of the disk or the
    network, nor start another. What it has open stays open."""
    for limit, most in (
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),  # of which root is exempt
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    libc = ctypes.CDLL(None)
    libc.unshare(NEW_USER | NEW_NETWORK)
    libc.capset(struct.pack("=Ii", CAPABILITIES, 0), bytes(24))  # those that come with the namespace, or with root
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    landlock(libc, readable)


def landlock(libc: ctypes.CDLL, readable: Iterable[Path]) -> None:
    version = libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    if version < 1:
        return
    file_rights = (1 << FILE_RIGHTS.get(version, 16)) - 1
    handled = struct.pack("=QQQ", file_rights, TCP_RIGHTS * (version >= 4), OUTSIDE * (version >= 6))
    rules = libc.syscall(CREATE_RULESET, handled, len(handled), 0)
    for path in readable:
        rights = READ_FILE | READ_DIR if path.is_dir() else READ_FILE
        with suppress(OSError):  # a folder that is not there
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
            libc.syscall(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", rights, folder), 0)
            os.close(folder)
    libc.syscall(RESTRICT_SELF, rules, 0)
    os.close(rules)
