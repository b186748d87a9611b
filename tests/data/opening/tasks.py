"""What a reader that a hostile file has got hold of may do."""

import os
import sys


def takes_memory(content, name, limits):
    return [bytearray(1 << 30) for _ in range(4)]


def aborts(content, name, limits):
    os.abort()


def never_ends(content, name, limits):
    while True:
        pass


def fails(content, name, limits):
    raise BaseException("as a panic of Rust does")


def lies(content, name, limits):
    os.write(sys.stdout.fileno(), b"printed by a library")
    os._exit(0)
