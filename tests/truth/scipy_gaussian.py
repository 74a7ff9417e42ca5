"""Images filtered by scipy.ndimage, for image_reference_test: scipy_gaussian.py FOLDER.

Writes cases.txt, one case a line, and for each k.in and k.out: doubles, column after column.
"""
import sys

import numpy as np
from scipy import ndimage

folder = sys.argv[1]
rng = np.random.default_rng(2026)
cases = []
for shape in [(1, 1), (1, 6), (7, 1), (33, 20), (64, 91)]:
    for mode in ["reflect", "mirror", "nearest", "wrap", "constant"]:
        for sigma in [(0.7, 0.7), (2.0, 1.3), (30.0, 5.0), (0.0, 3.0)]:
            for order in [(0, 0), (1, 0), (0, 2), (3, 4)]:
                order = tuple(k if s > 0 else 0 for k, s in zip(order, sigma))
                cases.append((shape, mode, sigma, order))
with open(f"{folder}/cases.txt", "w") as listing:
    for k, (shape, mode, sigma, order) in enumerate(cases):
        image = rng.standard_normal(shape)
        smooth = ndimage.gaussian_filter(image, sigma, order, mode=mode, cval=0.4)
        image.T.tofile(f"{folder}/{k}.in")
        smooth.T.tofile(f"{folder}/{k}.out")
        print(*shape, mode, *sigma, *order, file=listing)
