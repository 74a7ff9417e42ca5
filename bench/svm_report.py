"""Support vector machines beside LIBSVM. usage: from scripts/bench svm"""

import math

from report import Program, main, measure, number, options, table

CASES = [  # name, rows, what is asked: times LIBSVM's speed
    ("letter", 15000, 1e-3, 10), ("satellite", 4435, 1e-3, 8), ("shuttle", 43500, 1e-3, 5),
    ("spam", 4601, 1e-3, 8), ("fashion", 10000, 1e-3, 30), ("generated", 10000, 1e-3, 30),
    ("diamonds", 20000, 1e-3, 10), ("satellite", 4435, 1e-6, 20), ("spam", 4601, 1e-6, 20)]


def measure_svm():
    rows = []
    for name, n, tolerance, goal in CASES:
        programs = {who: bench(who, name, n, tolerance) for who in ["mercer", "libsvm"]}
        if name in ["letter", "satellite", "spam"]:
            programs["scikit-learn"] = Program("svm_sklearn.py", name, n, tolerance, options.data,
                                               rounds=1 if name == "letter" else None)
        if name == "spam":
            programs["dlib"] = Program("svm_dlib", name, n, tolerance, options.data,
                                       options.fashion, rounds=1, threads=1)
        run = measure(f"{name}, tolerance {tolerance}", programs)
        others = [run[who].median() if who in run else float("nan")
                  for who in ["scikit-learn", "dlib"]]
        ours, peer = run["mercer"], run["libsvm"]
        difference = (ours.median(2) - peer.median(2)) / abs(peer.median(2))
        rows.append([name, str(n), f"{tolerance:g}", number(ours.median()), number(peer.median()),
                     number(peer.median() / ours.median(), ".3g"), str(goal),
                     f"{difference:.1e}", number(ours.median(3)), number(peer.median(3)),
                     number(1000 * ours.median(1)), number(1000 * peer.median(1)),
                     number(peer.median(1) / ours.median(1), ".3g"), *map(number, others)])
    return {"svm": table(
        f"Support vector machines, RBF; mercer with {options.threads} threads, LIBSVM 3.24 with "
        f"the one it has and a cache of 2 GB; medians of {options.rounds}",
        ["problem", "rows", "tolerance", "mercer, seconds", "LIBSVM, seconds", "times", "goal",
         "objective against LIBSVM's", "support vectors", "LIBSVM's", "predict, ms per 1000 rows",
         "LIBSVM", "times", "scikit-learn, seconds", "dlib, seconds"], rows)}


def bench(who, name, n, tolerance, rounds=None):
    return Program("svm_bench", who, name, n, tolerance, options.data, options.fashion,
                   threads=options.threads if who == "mercer" else 1, rounds=rounds)


def exponent(sizes, seconds):
    """The slope of log(seconds) against log(size), by least squares."""
    x, y = [math.log(n) for n in sizes], [math.log(s) for s in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return (sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) /
            sum((a - mean_x)**2 for a in x))


def measure_growth():
    sizes, rows, ours, theirs = [2000, 4000, 8000, 16000, 32000], [], [], []
    for n in sizes:
        rounds = min(options.rounds, 3 if n < 32000 else 1)
        run = measure(f"growth, n = {n}", {who: bench(who, "growth", n, 1e-3, rounds)
                                           for who in ["mercer", "libsvm"]})
        ours.append(run["mercer"].median())
        theirs.append(run["libsvm"].median())
        rows.append([str(n), number(ours[-1]), number(theirs[-1]),
                     number(theirs[-1] / ours[-1], ".3g"), number(run["mercer"].median(3))])
    rows.append(["exponent", number(exponent(sizes, ours), ".2f"),
                 number(exponent(sizes, theirs), ".2f"), "", ""])
    return {"svm growth": table(
        f"Seconds against the number of rows: 10 normal features, a ball as boundary, one label in "
        f"twenty wrong; C = 1, γ = 0.1, tolerance 0.001, {options.threads} threads against one",
        ["rows", "mercer", "LIBSVM", "times", "support vectors"], rows)}


def measure_all_of_fashion():
    run = measure("all of Fashion-MNIST", {"mercer": bench("mercer", "fashion", 60000, 1e-3, 1)})
    ours = run["mercer"]
    return {"svm fashion": table(
        f"All of Fashion-MNIST: 60000 rows, ten classes, C = 10, γ = 0.02, tolerance 0.001, "
        f"{options.threads} threads, memory_budget 2 GiB",
        ["seconds", "accuracy on 10000 test rows", "support vectors", "peak memory of the process",
         "prediction, ms per 1000 rows"],
        [[number(ours.median()), number(ours.median(4), ".4f"), number(ours.median(3)),
          number(ours.median(5)) + " MB", number(1000 * ours.median(1))]])}


def measure_grid():
    rows = []
    for n, goal in [(4601, 12), (1000, 0.8)]:
        programs = {"mercer": Program("svm_grid_bench", "mercer", n, options.data)}
        if n == 1000:
            programs["libsvm"] = Program("svm_grid_bench", "libsvm", n, options.data, rounds=1,
                                         threads=1)
        run = measure(f"grid, {n} rows", programs)
        ours = run["mercer"]
        peer = run["libsvm"].median() if "libsvm" in run else float("nan")
        rows.append([str(n), number(ours.median()), str(goal), number(peer),
                     number(peer / ours.median()), number(ours.median(1), ".4f")])
    return {"svm grid": table(
        f"Five-fold cross-validation over 10 x 10 values of γ (2^-10 ... 2^-1) and C (2^-2 ... 2^7) "
        f"on spam, tolerance 0.001, {options.threads} threads; medians of {options.rounds}",
        ["rows", "mercer, seconds", "goal", "LIBSVM, seconds", "times", "best accuracy"], rows)}


main([measure_svm, measure_grid, measure_growth, measure_all_of_fashion])
