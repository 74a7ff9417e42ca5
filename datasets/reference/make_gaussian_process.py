# Log marginal likelihoods, gradients, means and standard deviations by scikit-learn 1.2.1's
# GaussianProcessRegressor: python3 make_gaussian_process.py > gaussian_process.csv
import os
import warnings
import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, RationalQuadratic, WhiteKernel

warnings.simplefilter("ignore")
here = os.path.dirname(os.path.abspath(__file__))


def standardised(name):
    table = np.loadtxt(os.path.join(here, "..", name + ".csv"), delimiter=",", skiprows=1)
    X, y = table[:, :-1], table[:, -1]
    return (X - X.mean(axis=0)) / X.std(axis=0), y


def scales(d):
    return np.array([0.8 + 0.4 * k for k in range(d)])


KERNELS = {
    "rbf": lambda d: RBF(1.7),
    "ard_rbf": lambda d: RBF(scales(d)),
    "ard_matern52": lambda d: Matern(scales(d), nu=2.5),
    "matern32": lambda d: Matern(2.3, nu=1.5),
    "rational_quadratic": lambda d: RationalQuadratic(length_scale=2.1, alpha=0.9),
}

print("dataset,kernel,quantity,index,value")
for dataset, amplitude, noise in (("diabetes", 2500.0, 2800.0), ("concrete", 200.0, 15.0)):
    X, y = standardised(dataset)
    y = y - y.mean()
    train, new = slice(0, len(y) - 40), slice(len(y) - 40, len(y))
    for name, make in KERNELS.items():
        kernel = ConstantKernel(amplitude) * make(X.shape[1]) + WhiteKernel(noise)
        # Known variances beside the noise, for one of the kernels.
        known = 1e-300 if name != "matern32" else noise / 10 * (np.arange(len(y) - 40) % 7)
        gp = GaussianProcessRegressor(kernel, alpha=known, optimizer=None)
        t = y[train]
        gp.fit(X[train], t)
        value, gradient = gp.log_marginal_likelihood(kernel.theta, eval_gradient=True)
        mean, std = gp.predict(X[new], return_std=True)
        # The white part of the kernel is the noise of new observations.
        for quantity, values in (("value", [value]), ("gradient", gradient), ("mean", mean), ("std", std)):
            for index, v in enumerate(values):
                print(f"{dataset},{name},{quantity},{index},{v!r}")
