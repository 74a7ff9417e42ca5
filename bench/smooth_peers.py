"""Gaussian smoothing of an N x N image, per round: seconds for sigma 1, 2, 5 and 20 with windows of
4 sigma. usage: smooth_peers.py scipy|opencv double|float N THREADS"""

import sys
import time

import numpy as np

peer, scalar, n, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
if peer == "scipy":
    import scipy
    from scipy.ndimage import gaussian_filter

    print(f"scipy {scipy.__version__}", flush=True)

    def smooth(image, sigma):
        return gaussian_filter(image, sigma)  # reflect, 4 sigma
else:
    import cv2

    cv2.setNumThreads(threads)
    print(f"OpenCV {cv2.__version__}", flush=True)

    def smooth(image, sigma):
        length = 2 * int(4 * sigma + 0.5) + 1
        return cv2.GaussianBlur(image, (length, length), sigma, borderType=cv2.BORDER_REFLECT)

image = np.random.default_rng(1).random((n, n)).astype("float32" if scalar == "float" else "float64")
for _ in sys.stdin:
    figures = []
    begin = time.perf_counter()
    while time.perf_counter() - begin < 0.5:  # as in smooth_bench.cpp
        smooth(image, 1)
    for sigma in [1, 2, 5, 20]:
        np.ones_like(image)  # and gone; see wake() in timing.hpp
        start = time.perf_counter()
        smooth(image, sigma)
        figures.append(time.perf_counter() - start)
    print(*figures, flush=True)
