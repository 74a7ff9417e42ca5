# Log marginal likelihoods, gradients, means and standard deviations by scikit-learn 1.2.1's
# GaussianProcessRegressor and GaussianProcessClassifier: python3 make_gaussian_process.py > gaussian_process.csv
import os
import warnings
import numpy as np
from scipy.integrate import quad
from scipy.linalg import solve
from scipy.special import expit
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
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

# Classification: 6 exp(-|x - z|^2 / (2 scales^2)) on standardised features. The mean and deviation of
# f are those of the binary Laplace estimator; the probability is the integral of the logistic
# function over them by quadrature, of which scikit-learn's own (approximate_probability) is a fit.


def latent(estimator, X):
    k = estimator.kernel_(estimator.X_train_, X)
    mean = k.T @ (estimator.y_train_ - estimator.pi_)
    v = solve(estimator.L_, estimator.W_sr_[:, np.newaxis] * k)
    return mean, np.sqrt(estimator.kernel_.diag(X) - np.einsum("ij,ij->j", v, v))


def integral(mean, deviation):
    return quad(lambda f: expit(f) * norm.pdf(f, mean, deviation), mean - 12 * deviation, mean + 12 * deviation,
                epsabs=1e-13, epsrel=1e-13, limit=500)[0]


for dataset in ("heart", "iris"):
    X, y = standardised(dataset)
    y = y.astype(int)
    order = np.arange(len(y)) * 7 % len(y) if dataset == "heart" else np.arange(len(y)) * 11 % len(y)
    X, y = X[order], y[order]
    train, new = slice(0, len(y) - 20), slice(len(y) - 20, len(y))
    kernel = ConstantKernel(6.0) * RBF(scales(X.shape[1]))
    gp = GaussianProcessClassifier(kernel, optimizer=None, warm_start=True)
    gp.fit(X[train], y[train])
    base = gp.base_estimator_
    estimators = base.estimators_ if hasattr(base, "estimators_") else [base]
    value, gradient = 0, 0
    for estimator in estimators:
        # The mode to the last digits: scikit-learn stops where the likelihood moves by 1e-10, and goes
        # on from there when it is called again.
        K = estimator.kernel_(estimator.X_train_)
        for _ in range(3):
            _, temporaries = estimator._posterior_mode(K, return_temporaries=True)
        estimator.pi_, estimator.W_sr_, estimator.L_ = temporaries[:3]
        v, g = estimator.log_marginal_likelihood(kernel.theta, eval_gradient=True, clone_kernel=False)
        value, gradient = value + v, gradient + g
    rows = [("value", [value]), ("gradient", gradient)]
    approximate = gp.predict_proba(X[new])
    for problem, estimator in enumerate(estimators):
        mean, deviation = latent(estimator, X[new])
        rows += [(f"mean{problem}", mean), (f"std{problem}", deviation),
                 (f"integral{problem}", [integral(m, s) for m, s in zip(mean, deviation)])]
    rows += [(f"approximate{c}", approximate[:, c]) for c in range(approximate.shape[1])]
    for quantity, values in rows:
        for index, v in enumerate(values):
            print(f"{dataset},laplace,{quantity},{index},{float(v)!r}")
