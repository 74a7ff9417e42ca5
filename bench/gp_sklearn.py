"""The fit of gp_bench with scikit-learn, per round: seconds, log marginal likelihood, evaluations, peak memory in MB.
usage: gp_sklearn.py FILE.csv N, from the same start and within the same bounds"""

import re
import sys
import time
import warnings

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel


def peak_megabytes():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s*(\d+)", status.read())[1]) * 1024 / 1e6


class Counting(GaussianProcessRegressor):
    evaluations = 0

    def log_marginal_likelihood(self, *args, **kwargs):
        self.evaluations += 1
        return super().log_marginal_likelihood(*args, **kwargs)


warnings.simplefilter("ignore")
table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)[: int(sys.argv[2])]
X, y = table[:, :-1], table[:, -1]
deviation = X.std(axis=0)
X = (X - X.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
y = (y - y.mean()) / y.std()
print("scikit-learn", flush=True)
for _ in sys.stdin:
    kernel = ConstantKernel(1.0) * RBF(np.ones(X.shape[1])) + WhiteKernel(0.1)
    model = Counting(kernel, alpha=0)
    start = time.perf_counter()
    model.fit(X, y)
    print(time.perf_counter() - start, model.log_marginal_likelihood_value_, model.evaluations, peak_megabytes(), flush=True)
