"""Seconds per round for scikit-learn's rbf_kernel. usage: gram_sklearn.py N D"""

import sys
import time

import numpy as np
import sklearn
from sklearn.metrics.pairwise import rbf_kernel

n, d = map(int, sys.argv[1:])
X = np.random.default_rng(1).standard_normal((n, d))
print(f"scikit-learn {sklearn.__version__} with numpy {np.__version__}", flush=True)
for _ in sys.stdin:
    np.ones(2 * n * n)  # and gone; this and the next line: see wake() in timing.hpp
    rbf_kernel(X[:2000], gamma=1 / d)
    start = time.perf_counter()
    K = rbf_kernel(X, gamma=1 / d)
    print(time.perf_counter() - start, flush=True)
    del K
