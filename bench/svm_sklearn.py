"""Support vector classification with scikit-learn, per round: seconds of a fit.
usage: svm_sklearn.py PROBLEM N TOLERANCE DATA, as svm_bench; letter, satellite or spam"""

import os
import sys
import time

import numpy as np
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

problem, n, tolerance, folder = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
with open(os.path.join(folder, problem + ".csv")) as file:
    target = file.readline().strip().split(",").index("target")
    table = np.loadtxt(file, delimiter=",", dtype=str)[:n]
X, y = np.delete(table, target, axis=1).astype(float), table[:, target]
X = (StandardScaler() if problem == "spam" else MinMaxScaler((-1, 1))).fit_transform(X)
C, gamma = {"letter": (16, 4), "satellite": (16, 1), "spam": (10, 1 / X.shape[1])}[problem]
print("scikit-learn", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    SVC(C=C, gamma=gamma, tol=tolerance, cache_size=2000).fit(X, y)
    print(time.perf_counter() - start, flush=True)
