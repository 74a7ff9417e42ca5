"""Five-fold cross-validation over 10 x 10 values of gamma and C on spam by `mercer tune`, per round:
seconds in all, seconds of the search, and the best accuracy.
usage: program_tune.py PROGRAM DATA SCALE THREADS"""

import json
import subprocess
import sys
import time

program, data, scale, threads = sys.argv[1:]
print("mercer tune", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    out = subprocess.run(
        [program, "tune", "--grid", "--task", "svc", "--data", f"{data}/spam.csv", "--scale", scale,
         "--threads", threads, "--quiet", "--json"], check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    found = json.loads(out.stdout)
    assert found["candidates"] == 100
    print(seconds, found["seconds"], found["quality"]["accuracy"]["mean"], flush=True)
