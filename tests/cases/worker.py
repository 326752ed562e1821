"""A process that changes cases from many threads and says so of each change, until it is killed."""

import os
import sys
import threading

from assistant.cases.states import State
from assistant.cases.store import Cases
from assistant.db import connected
from tests.cases.builders import LI, a_new_case, an_entry

THREADS, CHANGES = 20, 20


def work(cases: Cases) -> None:
    """A case of its own, taken in and then sent on and back again, every change told once the store gave its word."""
    case = cases.open(a_new_case(an_entry(), an_entry("yancao"), code=None), by=LI)
    tell(case.number, case.version)
    for turn in range(CHANGES - 1):
        if turn % 2:
            case = cases.undo(case.number, case.version, by=LI)
        else:
            case = cases.move(case.number, case.version, [one.id for one in case.entries], State.REVIEWING, by=LI)
        tell(case.number, case.version)


def tell(number: str, version: int) -> None:
    """One line, in one piece."""
    os.write(1, f"{number} {version}\n".encode())


if __name__ == "__main__":
    store = Cases(connected(sys.argv[1]))
    threads = [threading.Thread(target=work, args=(store,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
