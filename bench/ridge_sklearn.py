"""The fit of ridge_bench with scikit-learn's KernelRidge, per round: the figures of ridge_bench (nan where there is none).
usage: ridge_sklearn.py N; points and targets follow the law of the generated problem, with other numbers"""

import re
import sys
import time

import numpy as np
import sklearn
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import rbf_kernel


def memory(field):
    with open("/proc/self/status") as status:
        return int(re.search(rf"{field}:\s*(\d+)", status.read())[1]) * 1024 / 1e6


def draw(rows):
    X = random.standard_normal((rows, 10))
    return X, np.sin(X[:, 0]) + 0.1 * random.standard_normal(rows)


n = int(sys.argv[1])
random = np.random.default_rng(1)
X, y = draw(n)
X_new, y_new = draw(2000)
print(f"scikit-learn {sklearn.__version__}", flush=True)
for _ in sys.stdin:
    np.ones(2 * n * n)  # and gone; this and the next line: see wake() in timing.hpp
    rbf_kernel(X[:2000], gamma=0.1)
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")  # the peak begins anew
    before = memory("VmRSS")
    model = KernelRidge(kernel="rbf", alpha=1e-2, gamma=0.1)
    start = time.perf_counter()
    model.fit(X, y)
    seconds = time.perf_counter() - start
    measured = memory("VmHWM") - before
    error = np.sqrt(np.mean((model.predict(X_new) - y_new)**2))
    print(seconds, "nan nan nan", measured, error, flush=True)
    del model
