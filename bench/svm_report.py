"""Support vector machines beside LIBSVM. usage: from scripts/bench svm"""

from report import Program, main, measure, number, options, table

CASES = [  # name, rows, what is asked: times LIBSVM's speed
    ("letter", 15000, 1e-3, 10), ("satellite", 4435, 1e-3, 8), ("shuttle", 43500, 1e-3, 5),
    ("spam", 4601, 1e-3, 8), ("fashion", 10000, 1e-3, 30), ("generated", 10000, 1e-3, 30),
    ("diamonds", 20000, 1e-3, 10), ("satellite", 4435, 1e-6, 20), ("spam", 4601, 1e-6, 20)]


def measure_svm():
    rows = []
    for name, n, tolerance, goal in CASES:
        run = measure(f"{name}, tolerance {tolerance}", {
            who: Program("svm_bench", who, name, n, tolerance, options.data, options.fashion,
                         threads=options.threads if who == "mercer" else 1)
            for who in ["mercer", "libsvm"]})
        ours, peer = run["mercer"], run["libsvm"]
        difference = (ours.median(2) - peer.median(2)) / abs(peer.median(2))
        rows.append([name, str(n), f"{tolerance:g}", number(ours.median()), number(peer.median()),
                     number(peer.median() / ours.median(), ".3g"), str(goal),
                     f"{difference:.1e}", number(ours.median(3)), number(peer.median(3)),
                     number(1000 * ours.median(1)), number(1000 * peer.median(1)),
                     number(peer.median(1) / ours.median(1), ".3g")])
    return {"svm": table(
        f"Support vector machines, RBF; mercer with {options.threads} threads, LIBSVM 3.24 with "
        f"the one it has and a cache of 2 GB; medians of {options.rounds}",
        ["problem", "rows", "tolerance", "mercer, seconds", "LIBSVM, seconds", "times", "goal",
         "objective against LIBSVM's", "support vectors", "LIBSVM's", "predict, ms per 1000 rows",
         "LIBSVM", "times"], rows)}


main([measure_svm])
