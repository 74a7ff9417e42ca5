"""Kernel ridge regression beside scikit-learn, LAPACK and dlib. usage: from scripts/bench ridge"""

import os

from report import Program, main, measure, number, options, table

# Figures of a round of ridge_bench and its peers.
SECONDS, ITERATIONS, ERROR, PLANNED, MEASURED, QUALITY, GRAM_SECONDS = range(7)


def bench(method, problem, n, budget=None, rounds=None):
    return Program("ridge_bench", method, problem, n, options.data, *([budget] if budget else []),
                   rounds=rounds)


def method_of(program):
    """Of the plan's text, "conjugate gradient, K tiled, ...: 262.00 MB of 18.90 GB", the method."""
    return program.name.split(":")[0]


def megabytes(x):
    return "–" if x != x else f"{x:.0f} MB"


def costs(program):
    """Iterations, certified error, memory planned and measured, and the last over the planned."""
    planned, measured = program.median(PLANNED), program.median(MEASURED)
    return [number(program.median(ITERATIONS), ".0f"), number(program.median(ERROR), ".1e"),
            megabytes(planned), megabytes(measured), number(measured / planned, ".2f")]


COSTS = ["iterations", "certified error in std(y)", "memory planned", "memory measured",
         "measured / planned"]


def goal(what, bound, figure, unit, at_least=True):
    """A row of the goals: the figure beside what the issue asks for."""
    met = "–" if figure != figure else "yes" if (figure >= bound) == at_least else "no"
    return [what, f"{'at least' if at_least else 'at most'} {bound:g}{unit}",
            number(figure) + (unit if figure == figure else ""), met]


GOALS = ["goal", "asked", "measured", "met"]


def measure_generated():
    """The generated problem: the goals of speed and memory up to 50000 rows."""
    run, rows = {}, []
    sizes = {
        2000: ["default", "scikit-learn", "dposv", "dlib"],
        10000: ["default", "mixed_cholesky", "cholesky", "scikit-learn", "dposv"],
        20000: ["default", "dposv"],
        50000: ["default"]}
    for n, names in sizes.items():
        peers = {"scikit-learn": lambda: Program("ridge_sklearn.py", n),
                 "dposv": lambda: Program("ridge_lapack", n),
                 "dlib": lambda: Program("ridge_dlib", n, threads=1, rounds=1),
                 "default": lambda: bench("automatic", "generated", n,
                                          12 * 10**9 if n == 50000 else None)}
        run[n] = measure(f"ridge, {n} rows", {
            name: peers[name]() if name in peers else bench(name, "generated", n)
            for name in names})
        ours = run[n]["default"].median()
        for name, program in run[n].items():
            label = f"{name}: {method_of(program)}" if name == "default" else name
            rows.append([str(n), label.replace("_", " "), number(program.median()),
                         number(program.median() / ours), *costs(program),
                         number(program.median(QUALITY), ".4f")])

    ten, twenty, fifty = run[10000], run[20000], run[50000]["default"]
    exact, dposv = ten["mixed_cholesky"], ten["dposv"]
    print(f"dposv, 10000 rows: K took {number(dposv.median(GRAM_SECONDS))} of "
          f"{number(dposv.median())} seconds")
    goals = [
        goal("10000 rows: scikit-learn's seconds over the default's", 10,
             ten["scikit-learn"].median() / ten["default"].median(), " ×"),
        goal("10000 rows: dposv's seconds, K included, over those of mixed cholesky", 1.6,
             dposv.median() / exact.median(), " ×"),
        goal("10000 rows: memory of mixed cholesky over dposv's", 0.8,
             exact.median(MEASURED) / dposv.median(MEASURED), " ×", at_least=False),
        goal("20000 rows: dposv's seconds, K included, over the default's", 8,
             twenty["dposv"].median() / twenty["default"].median(), " ×"),
        goal("20000 rows: certified error of the default in std(y)", 1e-4,
             twenty["default"].median(ERROR), "", at_least=False),
        goal("50000 rows: seconds of the default", 60, fifty.median(), " s", at_least=False),
        goal("50000 rows: its memory", 12, fifty.median(MEASURED) / 1000, " GB", at_least=False)]
    return {
        "ridge": table(
            f"Kernel ridge regression, y = sin x₁ + 0.1 e, 10 normal features, γ = 0.1, λ = 0.01, "
            f"double, {options.threads} threads (dlib: 1); medians of {options.rounds}; "
            f"{run[10000]['scikit-learn'].name}",
            ["rows", "solver", "seconds", "times the default's", *COSTS, "test RMSE"], rows),
        "ridge goals": table("The goals", GOALS, goals)}


def measure_data():
    """Two real sets: the default beside the exact methods."""
    rows = []
    for name, n, other in [("letter", 15000, "conjugate_gradient"),
                           ("diamonds", 20000, "mixed_cholesky")]:  # what automatic does not take
        names = ["automatic", other, "cholesky"]
        run = measure(f"ridge, {name}", {method: bench(method, name, n) for method in names})
        for program in run.values():
            rows.append([name, str(n), method_of(program), number(program.median()),
                         *costs(program), number(program.median(QUALITY), ".6g")])
        rows[-len(run)][2] += " (default)"
    return {"ridge data": table(
        f"Real sets, λ = 0.01; letter: γ = 4, 26 outputs of ±1, accuracy on the other 5000 rows; "
        f"diamonds: γ = 1/9, RMSE in dollars on the other 33940 rows; {options.threads} threads, "
        f"medians of {options.rounds}",
        ["set", "rows", "solver", "seconds", *COSTS, "accuracy, RMSE"], rows)}


def measure_large():
    """What takes minutes; with --large only."""
    if not options.large:
        return {}
    run = measure("ridge, 100000 rows", {
        "default": bench("automatic", "generated", 100000, 8 * 10**9, rounds=1)})["default"]
    rows = [["100000", method_of(run), number(run.median()), "360", *costs(run), "8000 MB",
             number(run.median(QUALITY), ".4f")]]
    run = measure("Nystrom, 1000000 rows", {
        "nystrom": Program("ridge_nystrom_bench", 1000000, 2000, rounds=1)})["nystrom"]
    if run.name:  # built where the library has NystromRidge
        rows.append(["1000000", run.name, number(run.median()), "180", *costs(run), "4000 MB",
                     number(run.median(QUALITY), ".4f")])
    return {"ridge large": table(
        f"Many rows of the generated problem, {options.threads} threads, one round",
        ["rows", "solver", "seconds", "goal", *COSTS, "goal", "test RMSE"], rows)}


def measure_path():
    run = measure("ridge path", {"path": Program("ridge_path_bench", 5000)})["path"]
    path = run.median()
    what = ["path with leave-one-out", "the same with one λ", "path without leave-one-out",
            "50 of mercer's Cholesky factors with the diagonal of the inverse (one, times 50)",
            "50 times dpotrf and dpotri (one, times 50)", "dsyevd, with eigenvectors"]
    goals = ["", "at least 0.77", "", "at least 8", "", "at least 3"]
    return {"ridge path": table(
        f"50 values of λ from 1e-6 to 1e2, 5000 rows, 10 features, {options.threads} threads; "
        f"medians of {run.rounds}",
        ["what", "seconds", "times the path", "goal"],
        [[text, number(run.median(i)), number(run.median(i) / path, ".2f"), goals[i]]
         for i, text in enumerate(what)])}


def measure_gp():
    rows = []
    for name, n in [("concrete", 1030), ("abalone", 2000)]:
        file = os.path.join(options.data, name + ".csv")
        run = measure(f"Gaussian process, {name}", {
            "mercer": Program("gp_bench", file, n, options.threads),
            "scikit-learn": Program("gp_sklearn.py", file, n, rounds=1)})
        ours, peer = run["mercer"], run["scikit-learn"]
        rows.append([name, str(n), number(ours.median()), number(peer.median()),
                     number(peer.median() / ours.median()), "10",
                     *(f"{who.median(1):.3f}" for who in [ours, peer]),
                     *(number(who.median(2), ".0f") for who in [ours, peer])])
    return {"gp": table(
        f"Gaussian process with a length scale per feature: the optimum of the likelihood from the "
        f"same start, {options.threads} threads; medians of {options.rounds}, scikit-learn once",
        ["set", "rows", "mercer, seconds", "scikit-learn, seconds", "times", "goal",
         "log likelihood", "scikit-learn's", "evaluations", "scikit-learn's"], rows)}


main([measure_generated, measure_data, measure_large, measure_path, measure_gp])
