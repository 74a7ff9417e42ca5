#!/usr/bin/env python3
"""Writes gaussian_windows.csv: weights of Gaussian windows, not normalised, by mpmath with 60 digits.

Each is computed from its definition alone: Bessel functions by mpmath's besseli or their integral,
derivatives of the Gaussian by Hermite polynomials, integrals as differences of erfc or of derivatives.
"""
import mpmath as mp

mp.mp.dps = 60


def gauss(x, sigma, k):  # the k-th derivative of exp(-x^2 / (2 sigma^2))
    u = x / sigma
    he = [mp.mpf(1), u]
    for j in range(1, k):
        he.append(u * he[j] - j * he[j - 1])
    return (-1 / sigma) ** k * he[k] * mp.exp(-u * u / 2)


def sampled(x, sigma, k):
    return gauss(x, sigma, k)


def integrated(x, sigma, k):
    low, high = x - mp.mpf(1) / 2, x + mp.mpf(1) / 2
    if k == 0:
        root = sigma * mp.sqrt(2)
        return (mp.erfc(low / root) - mp.erfc(high / root)) / 2
    norm = sigma * mp.sqrt(2 * mp.pi)
    return (gauss(high, sigma, k - 1) - gauss(low, sigma, k - 1)) / norm


def discrete(x, sigma, k):
    t = sigma * sigma

    def g(n):  # exp(-t) I_n(t)
        if t < 10000:
            return mp.exp(-t) * mp.besseli(abs(n), t)
        # The power series is too long. DLMF 10.32.3 by the trapezoid rule, whose error is the sum of
        # g(N +- n), g(2N +- n), ...: below exp(-800) of g(n).
        with mp.workdps(300):
            N = 2 * int(x) + int(40 * sigma)
            step = 2 * mp.pi / N
            total = mp.mpf(1)
            for j in range(1, int(40 / sigma / step)):
                total += 2 * mp.exp(t * (mp.cos(j * step) - 1)) * mp.cos(n * j * step)
            return total / N

    taps = [{0: 1}, {1: 0.5, -1: -0.5}, {1: 1, 0: -2, -1: 1},
            {2: 0.5, 1: -1, -1: 1, -2: -0.5}, {2: 1, 1: -4, 0: 6, -1: -4, -2: 1}][k]
    return sum(mp.mpf(weight) * g(int(x) + shift) for shift, weight in taps.items())


with open("gaussian_windows.csv", "w") as out:
    out.write("discretisation,sigma,order,x,weight\n")
    for sigma in [1e-4, 0.05, 0.3, 1.0, 2.5, 9.99, 10.01, 63.9, 64.1, 1000.0, 10000.0]:
        for name, rule in enumerate([sampled, integrated, discrete]):
            for k in range(5):
                for half in [0, 0.5]:
                    if rule is discrete and half:
                        continue
                    places = [0, 0.7, 2.5, 8] if k else [0, 1, 3, 8, 20, 30]
                    for x in sorted({round(u * sigma) + half for u in places}):
                        if k % 2 and x == 0:
                            continue  # 0, but for the rounding of mpmath
                        weight = rule(mp.mpf(x), mp.mpf(sigma), k)
                        if abs(weight) > 1e-290 and abs(weight) < 1e300:
                            out.write(f"{name},{sigma!r},{k},{x!r},{mp.nstr(weight, 24)}\n")
