"""A real Dask cluster on this machine, for the tests: prints its address and its workers' processes, and waits."""

import json
import sys

from distributed import LocalCluster


def main() -> None:
    """Start two single-threaded workers, say where they are, and end when standard input does."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        workers = [worker.pid for worker in cluster.workers.values()]
        print(json.dumps({"address": cluster.scheduler_address, "workers": workers}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
