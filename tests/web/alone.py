"""The application as a process of its own: `python -m tests.web.alone DATABASE_URL` prints its port."""

import sys
import threading

from phasewise.memory import tune_memory
from phasewise.store.db import Database
from tests.web.deliveries import Hook
from tests.web.served import served

if __name__ == "__main__":
    tune_memory()  # as every command does
    with served(Hook(Database(sys.argv[1]))) as server:
        print(server.port, flush=True)
        threading.Event().wait()
