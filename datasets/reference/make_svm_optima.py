"""Writes svm_optima.csv: optima of support vector machines by LIBSVM's svm-train with -e 1e-9, those
of nu-SVC with 1e-12.

Rows are the training part of the reference split, standardised with their mean and population
standard deviation; gamma = 1 / d. diamonds has no split: its first 4000 rows. Two-class sets take
the label +1 for class 1; of several classes, obj is the sum over the pairs, and there is no rho.
Regression targets are standardised as well; one-class machines see the rows of class 0 where there
are classes. nu of nu-SVC is 0.1, or half of the largest that all pairs of classes allow.

LIBSVM rounds kernel values to float, which moves its optima by up to 2e-6 of the objective.
Therefore obj, rho, nsv and epsilon are those of LIBSVM 3.24 built with "typedef double Qfloat" (and
its casts to Qfloat likewise), its numbers printed by %.12g; obj_as_shipped is what Debian's
libsvm-tools 3.24+ds-6 prints, obj_default what it prints at its default tolerance, 1e-3.
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
NOVELTY = ["thyroid", "sensor"]
SEVERAL = ["iris", "wine", "digits", "satellite", "letter", "shuttle"]
REGRESSION = ["diabetes", "concrete", "abalone", "diamonds"]


def load(name):
    table = np.loadtxt(os.path.join(HERE, "..", name + ".csv"), delimiter=",", skiprows=1)
    if name == "diamonds":
        table = table[:4000]
    else:
        order = np.loadtxt(os.path.join(HERE, "..", f"perm_{name}.txt"), dtype=int)
        table = table[order[: int(0.8 * len(order))]]
    return table[:, :-1], table[:, -1]


def standardised(values):
    spread = values.std(axis=0)
    return (values - values.mean(axis=0)) / np.where(spread == 0, 1, spread)


def train(X, y, options):
    """obj, obj_as_shipped, obj_default, rho, nsv, epsilon."""
    # The objective of nu-SVC is divided by the square of its margin, often far below 1.
    exact = run(sys.argv[1], X, y, options, "1e-12" if options[1] == "1" else "1e-9")
    shipped = run(sys.argv[2], X, y, options, "1e-9")
    default = run(sys.argv[2], X, y, options, "1e-3")
    return exact[0], shipped[0], default[0], *exact[1:]


def run(program, X, y, options, tolerance):
    with tempfile.TemporaryDirectory() as folder:
        data, model = os.path.join(folder, "data"), os.path.join(folder, "model")
        with open(data, "w") as out:
            for x, target in zip(X, y):
                features = " ".join(f"{k + 1}:{v!r}" for k, v in enumerate(x.tolist()) if v != 0)
                out.write(f"{target!r} {features}\n")
        words = [program, "-g", repr(1 / X.shape[1]), "-e", tolerance, "-m", "2000", *options]
        words += [data, model]
        text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        found = re.findall(r"obj = (\S+), rho = (\S+)", text)
        support = re.findall(r"nSV = (\d+)", text)[-1]  # the total, of several pairs
        epsilon = re.search(r"epsilon = (\S+)", text)
        objective, rho = found[0]
        if len(found) > 1:
            objective, rho = repr(sum(float(of_pair) for of_pair, _ in found)), ""
        return objective, rho, support, epsilon.group(1) if epsilon else ""


def nu_for(y):
    """0.1, or half of the smallest of 2 min(n_a, n_b) / (n_a + n_b), rounded down to one digit."""
    smallest, largest = (f(np.unique(y, return_counts=True)[1]) for f in (min, max))
    feasible = 2 * smallest / (smallest + largest)
    unit = 10.0 ** np.floor(np.log10(feasible / 2))
    return min(0.1, float(f"{np.floor(feasible / 2 / unit) * unit:.1g}"))


def main():
    print("name,formulation,obj,obj_as_shipped,obj_default,rho,nsv,epsilon,nu")

    def write(name, formulation, X, y, options, nu=""):
        row = train(X, y, options + (["-n", repr(nu)] if nu else []))
        print(",".join([name, formulation, *row, repr(nu) if nu else ""]), flush=True)

    for name in CLASSES + NOVELTY + SEVERAL:
        X, y = load(name)
        labels = y if name in SEVERAL else np.where(y > 0, 1.0, -1.0)
        order = np.argsort(-labels, kind="stable")  # svm-train calls the first label +1
        X, labels = standardised(X)[order], labels[order]
        write(name, "c_svc", X, labels, ["-s", "0", "-c", "10"])
        write(name, "nu_svc", X, labels, ["-s", "1"], nu_for(labels))
    for name in REGRESSION:
        X, y = (standardised(values) for values in load(name))
        write(name, "epsilon_svr", X, y, ["-s", "3", "-c", "10", "-p", "0.1"])
        write(name, "nu_svr", X, y, ["-s", "4", "-c", "10"], 0.3)
    for name in CLASSES + NOVELTY + SEVERAL + REGRESSION:
        X, y = load(name)
        X = standardised(X if name in REGRESSION else X[y == 0])
        write(name, "one_class", X, np.ones(len(X)), ["-s", "2"], 0.1)


main()
