"""Writes svm_optima.csv: optima of support vector machines by LIBSVM's svm-train with -e 1e-9.

Rows are the training part of the reference split, standardised with their mean and population
standard deviation; gamma = 1 / d. Two-class sets take the label +1 for class 1; regression targets
are standardised as well; one-class machines see the rows of class 0 where there are classes.

LIBSVM rounds kernel values to float, which moves its optima by up to 2e-6 of the objective.
Therefore obj, rho, nsv and epsilon are those of LIBSVM 3.24 built with "typedef double Qfloat" (and
its casts to Qfloat likewise), its numbers printed by %.12g; obj_as_shipped is what Debian's
libsvm-tools 3.24+ds-6 prints.
usage: /usr/bin/python3 make_svm_optima.py SVM-TRAIN-IN-DOUBLE SVM-TRAIN > svm_optima.csv
"""

import os
import re
import subprocess
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
CLASSES = ["spam", "ionosphere", "breast_cancer", "heart"]
REGRESSION = ["diabetes", "concrete", "abalone"]
NOVELTY = ["iris", "wine", "thyroid", "sensor"]


def load(name):
    table = np.loadtxt(os.path.join(HERE, "..", name + ".csv"), delimiter=",", skiprows=1)
    order = np.loadtxt(os.path.join(HERE, "..", f"perm_{name}.txt"), dtype=int)
    table = table[order[: int(0.8 * len(order))]]
    return table[:, :-1], table[:, -1]


def standardised(values):
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread == 0, 1, spread)


def train(X, y, options):
    """obj, obj_as_shipped, rho, nsv, epsilon."""
    exact, shipped = (run(program, X, y, options) for program in sys.argv[1:3])
    return exact[0], shipped[0], *exact[1:]


def run(program, X, y, options):
    with tempfile.TemporaryDirectory() as folder:
        data, model = os.path.join(folder, "data"), os.path.join(folder, "model")
        with open(data, "w") as out:
            for x, target in zip(X, y):
                features = " ".join(f"{k + 1}:{v!r}" for k, v in enumerate(x.tolist()) if v != 0)
                out.write(f"{target!r} {features}\n")
        words = [program, "-g", repr(1 / X.shape[1]), "-e", "1e-9", "-m", "2000", *options]
        text = subprocess.run([*words, data, model], check=True, capture_output=True, text=True).stdout
        objective, rho = re.search(r"obj = (\S+), rho = (\S+)", text).groups()
        support = re.search(r"nSV = (\d+)", text).group(1)
        epsilon = re.search(r"epsilon = (\S+)", text)
        return objective, rho, support, epsilon.group(1) if epsilon else ""


def main():
    print("name,formulation,obj,obj_as_shipped,rho,nsv,epsilon")
    for name in CLASSES:
        X, y = load(name)
        signs = np.where(y > 0, 1.0, -1.0)
        for formulation, options in {"c_svc": ["-s", "0", "-c", "10"],
                                     "nu_svc": ["-s", "1", "-n", "0.1"]}.items():
            order = np.argsort(-signs, kind="stable")  # svm-train calls the first label +1
            row = train(standardised(X)[order], signs[order], options)
            print(",".join([name, formulation, *row]), flush=True)
    for name in REGRESSION:
        X, y = load(name)
        for formulation, options in {"epsilon_svr": ["-s", "3", "-c", "10", "-p", "0.1"],
                                     "nu_svr": ["-s", "4", "-c", "10", "-n", "0.3"]}.items():
            row = train(standardised(X), standardised(y), options)
            print(",".join([name, formulation, *row]), flush=True)
    for name in NOVELTY + CLASSES:
        X, y = load(name)
        X = X[y == 0]
        row = train(standardised(X), np.ones(len(X)), ["-s", "2", "-n", "0.1"])
        print(",".join([name, "one_class", *row]), flush=True)


main()
