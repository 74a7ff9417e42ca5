"""Writes cross_validation.csv: scores of each fold by scikit-learn's cross_val_score.

Row i is held out by fold i % 5. Scalers stand in a pipeline, so that each fold learns its own from
its training rows. What scikit-learn turns round so that more is better (rmse, log loss) is turned
back.
usage: /usr/bin/python3 make_cross_validation.py > cross_validation.csv
"""

import os

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import PredefinedSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, SVR, OneClassSVM

HERE = os.path.dirname(os.path.abspath(__file__))
SCALERS = {"none": [], "standardise": [StandardScaler()], "min_max": [MinMaxScaler()],
           "signed_unit": [MinMaxScaler((-1, 1))]}
SCORES = {"accuracy": "accuracy", "balanced_accuracy": "balanced_accuracy", "auc": "roc_auc",
          "rmse": "neg_root_mean_squared_error", "mae": "neg_mean_absolute_error", "r2": "r2"}
MODELS = {
    "svc": SVC(gamma=0.05, C=4, tol=1e-7),
    "svr": SVR(gamma=0.05, C=4, epsilon=0.1, tol=1e-7),
    "ridge": KernelRidge(kernel="rbf", gamma=0.05, alpha=0.1),
    "gp": GaussianProcessRegressor(RBF(2.0), alpha=0.1, optimizer=None),
    "one_class": OneClassSVM(gamma=0.05, nu=0.2, tol=1e-9),
}
CASES = [
    ("heart", "svc", "accuracy"), ("heart", "svc", "auc"), ("heart", "svc", "balanced_accuracy"),
    ("wine", "svc", "accuracy"), ("wine", "svc", "balanced_accuracy"),
    ("heart", "one_class", "accuracy"),
    ("diabetes", "ridge", "rmse"), ("diabetes", "ridge", "r2"), ("diabetes", "gp", "rmse"),
    ("diabetes", "gp", "mae"), ("diabetes", "svr", "mae"), ("diabetes", "svr", "r2"),
]


def main():
    print("name,model,scaling,score,fold,value")
    for name, model, score in CASES:
        table = np.loadtxt(os.path.join(HERE, "..", name + ".csv"), delimiter=",", skiprows=1)
        X, y = table[:, :-1], table[:, -1]
        if model == "one_class":
            y = np.where(y == y.max(), 1, -1)
        folds = PredefinedSplit(np.arange(len(y)) % 5)
        for scaling, steps in SCALERS.items():
            if scaling == "none" and model in ("svc", "svr"):
                continue  # features of many sizes: the solver does not end at this tolerance
            values = cross_val_score(make_pipeline(*steps, MODELS[model]), X, y, cv=folds,
                                     scoring=SCORES[score])
            for fold, value in enumerate(values):
                turned = -value if SCORES[score].startswith("neg_") else value
                print(f"{name},{model},{scaling},{score},{fold},{turned!r}", flush=True)


main()
