"""Makes kernels.csv: test quality of scikit-learn's SVC and KernelRidge with several kernels, and
svc_decisions.csv: decision values of its SVC at tolerance 1e-9 (pred_*.csv were made at 1e-3).

Run it with python3-sklearn (made with 1.2.1, numpy 1.24.2, scipy 1.10.1): python3 make_kernels.py
Reference split, features standardised with the training rows; gamma = 1 / d, length = sqrt(d).
"""

import math
import pathlib

import numpy as np
from sklearn.gaussian_process.kernels import Matern
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import laplacian_kernel, polynomial_kernel, rbf_kernel
from sklearn.svm import SVC

FOLDER = pathlib.Path(__file__).resolve().parent.parent


def prepare(name):
    table = np.loadtxt(FOLDER / f"{name}.csv", delimiter=",", skiprows=1)
    order = np.loadtxt(FOLDER / f"perm_{name}.txt", dtype=int)
    cut = int(0.8 * len(order))
    train, test = table[order[:cut]], table[order[cut:]]
    mean, deviation = train[:, :-1].mean(axis=0), train[:, :-1].std(axis=0)
    deviation[deviation == 0] = 1
    scale = lambda part: (part[:, :-1] - mean) / deviation
    return scale(train), train[:, -1], scale(test), test[:, -1]


def kernels(d):
    return {
        "rbf": lambda A, B: rbf_kernel(A, B, gamma=1 / d),
        "laplacian": lambda A, B: laplacian_kernel(A, B, gamma=1 / d),
        "matern52": lambda A, B: Matern(length_scale=math.sqrt(d), nu=2.5)(A, B),
        "polynomial": lambda A, B: polynomial_kernel(A, B, degree=3, gamma=1 / d, coef0=1),
    }


def main():
    rows = ["name,task,kernel,quality"]
    for name in ("spam", "satellite", "digits"):
        X, y, X_test, y_test = prepare(name)
        for kernel, k in kernels(X.shape[1]).items():
            model = SVC(C=10, kernel="precomputed", tol=1e-6, cache_size=2000).fit(k(X, X), y)
            right = np.mean(model.predict(k(X_test, X)) == y_test)
            rows.append(f"{name},svc,{kernel},{right:.10g}")
    for name in ("abalone", "concrete", "diabetes"):
        X, y, X_test, y_test = prepare(name)
        for kernel, k in kernels(X.shape[1]).items():
            model = KernelRidge(alpha=1e-2, kernel="precomputed").fit(k(X, X), y)
            error = math.sqrt(np.mean((model.predict(k(X_test, X)) - y_test) ** 2))
            rows.append(f"{name},ridge,{kernel},{error:.10g}")
    (FOLDER / "reference" / "kernels.csv").write_text("\n".join(rows) + "\n")

    lines = ["name,decision"]
    for name in ("spam", "ionosphere", "breast_cancer", "heart"):
        X, y, X_test, _ = prepare(name)
        model = SVC(C=10, kernel="rbf", gamma=1 / X.shape[1], tol=1e-9, cache_size=2000).fit(X, y)
        lines += [f"{name},{value:.12g}" for value in model.decision_function(X_test)]
    (FOLDER / "reference" / "svc_decisions.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
