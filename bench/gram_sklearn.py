"""Seconds for scikit-learn's rbf_kernel. usage: gram_sklearn.py N D REPEATS -> median"""

import sys
import time

import numpy as np
from sklearn.metrics.pairwise import rbf_kernel

n, d, repeats = map(int, sys.argv[1:])
X = np.random.default_rng(1).standard_normal((n, d))
seconds = []
for _ in range(repeats):
    start = time.perf_counter()
    K = rbf_kernel(X, gamma=1 / d)
    seconds.append(time.perf_counter() - start)
    del K
print(f"{sorted(seconds)[repeats // 2]:.4f}")
