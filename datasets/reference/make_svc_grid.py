"""Writes svc_grid.csv: cross-validated accuracies of scikit-learn's SVC over grids of gamma and C.

All rows of a set, standardised with their mean and population standard deviation; row i is held out
by fold i % 5. right is the number of rows that the models of the other folds predict right, near
that of rows with |f| < 0.002 for a pair of classes: those which another solution at the tolerance
of 1e-3 may predict otherwise.
usage: /usr/bin/python3 make_svc_grid.py > svc_grid.csv
"""

import os

import numpy as np
from sklearn.model_selection import PredefinedSplit
from sklearn.svm import SVC

HERE = os.path.dirname(os.path.abspath(__file__))
GAMMAS = [2.0**k for k in (-9, -6, -3, 0)]
PRICES = [2.0**k for k in (-2, 1, 4, 7)]


def main():
    print("name,gamma,C,right,near")
    for name in ["ionosphere", "breast_cancer", "wine", "sensor"]:
        table = np.loadtxt(os.path.join(HERE, "..", name + ".csv"), delimiter=",", skiprows=1)
        X, y = table[:, :-1], table[:, -1].astype(int)
        spread = X.std(axis=0)
        X = (X - X.mean(axis=0)) / np.where(spread == 0, 1, spread)
        folds = PredefinedSplit(np.arange(len(y)) % 5)
        for gamma in GAMMAS:
            for C in PRICES:
                right = near = 0
                for train, test in folds.split():
                    model = SVC(gamma=gamma, C=C, tol=1e-3, decision_function_shape="ovo")
                    model.fit(X[train], y[train])
                    right += int(np.sum(model.predict(X[test]) == y[test]))
                    f = model.decision_function(X[test]).reshape(len(test), -1)
                    near += int(np.sum(np.any(np.abs(f) < 2e-3, axis=1)))
                print(f"{name},{gamma!r},{C!r},{right},{near}", flush=True)


main()
