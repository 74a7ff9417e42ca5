"""rbf_kernel(X) @ V with scikit-learn, per round: seconds, and the peak memory of the process in MB.
usage: multiply_sklearn.py N D COLUMNS"""

import re
import sys
import time

import numpy as np
from sklearn.metrics.pairwise import rbf_kernel


def peak_megabytes():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s*(\d+)", status.read())[1]) * 1024 / 1e6


n, d, columns = map(int, sys.argv[1:])
random = np.random.default_rng(1)
X = random.standard_normal((n, d))
V = random.standard_normal((n, columns))
print("scikit-learn", flush=True)
for _ in sys.stdin:
    np.ones(n * n)  # and gone; this and the next line: see wake() in timing.hpp
    rbf_kernel(X[:2000], gamma=1 / d)
    start = time.perf_counter()
    K = rbf_kernel(X, gamma=1 / d)
    product = K @ V
    print(time.perf_counter() - start, peak_megabytes(), flush=True)
    del K, product
