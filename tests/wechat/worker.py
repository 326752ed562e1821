"""A process that takes deliveries and says of each whether it is ours, until it has taken them all."""

import sys

from assistant.db import engine
from assistant.wechat.deliveries import Deliveries

if __name__ == "__main__":
    url, *keys = sys.argv[1:]
    deliveries = Deliveries(engine(url))
    print("ready", flush=True)
    sys.stdin.readline()
    for key in keys:
        print(key, deliveries.take(key, "o-somebody").ours, flush=True)
