"""Runs the measuring programs of this folder and prints their figures as Markdown tables.

Programs that a table compares run in turn: a round of the first, a round of the second, ..., then
the next round; a figure is the median of the rounds. A peer that was not built is left out.
usage: report.py PROGRAMS [options], from scripts/bench
"""

import argparse
import contextlib
import datetime
import fcntl
import os
import re
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "..", "docs", "performance.md")
NAN = float("nan")
DIMENSIONS = [4, 16, 64, 256, 784]


class Program:
    """A measuring program. It says its name, then answers each line with the figures of a round."""

    def __init__(self, *command, threads=None, rounds=None):
        command = [str(word) for word in command]
        if command[0].endswith(".py"):
            command = [sys.executable, os.path.join(HERE, command[0]), *command[1:]]
        else:
            command[0] = os.path.join(options.programs, command[0])
        self.rounds = rounds or options.rounds
        self.figures = []
        self.name = ""
        self.process = None
        if os.path.exists(command[0]):
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                env={**os.environ, "OMP_NUM_THREADS": str(threads or options.threads)})
            self.name = self.process.stdout.readline().strip()
            if not self.name:
                self.process.wait()

    def run_round(self):
        if self.process is None or self.process.poll() is not None:
            return
        time.sleep(0.05)  # idle OpenMP threads of the program before spin for some milliseconds
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if answer:
            self.figures.append([float(word) for word in answer])
        else:  # it has failed, and said why on standard error
            self.process.wait()

    def stop(self):
        if self.process is not None:
            self.process.communicate()

    def median(self, figure=0):
        return statistics.median(row[figure] for row in self.figures) if self.figures else NAN


@contextlib.contextmanager
def alone():
    """Holds the lock of --lock for a round of all programs; others who measure here wait."""
    if not options.lock:
        yield
        return
    with open(options.lock, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def measure(what, programs):
    """Runs the programs (a dict) round by round."""
    start = time.time()
    for number in range(max(program.rounds for program in programs.values())):
        with alone():
            for program in programs.values():
                if number < program.rounds:
                    program.run_round()
    for program in programs.values():
        program.stop()
    print(f"{what}: {time.time() - start:.0f} s", file=sys.stderr, flush=True)
    return programs


def number(x, format=".3g"):
    return "–" if x != x else f"{x:.0f}" if abs(x) >= 1000 else f"{x:{format}}"


def table(caption, header, rows):
    first = "---:|" if rows[0][0].isdigit() else "---|"
    lines = [f"**{caption}**", "", "| " + " | ".join(header) + " |",
             "|" + first + "---:|" * (len(header) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def rbf(d):
    return f"rbf(gamma={1 / d!r})"


def gram_bench(d, *, n=None, threads=None, scalar="double", memory="fresh", points="normal",
               kernels=None, rounds=None):
    threads = threads or options.threads
    return Program("gram_bench", n or options.points, d, threads, scalar, memory, points,
                   *(kernels or [rbf(d)]), threads=threads, rounds=rounds)


def measure_gram():
    """The RBF Gram matrix for each d: peers, limits, precision and threads in the same rounds."""
    n, threads = options.points, options.threads
    peers, limits, speedups = [], [], []
    for d in DIMENSIONS:
        run = measure(f"Gram matrix, d = {d}", {
            "mercer": gram_bench(d),
            "scikit-learn": Program("gram_sklearn.py", n, d),
            "Armadillo": Program("gram_armadillo", n, d),
            "limits": Program("limits_bench", n, d, threads),
            "reused": gram_bench(d, memory="reused"),
            "float": gram_bench(d, scalar="float"),
            "one thread": gram_bench(d, threads=1),
            "one thread, reused": gram_bench(d, threads=1, memory="reused"),
            "limits of one thread": Program("limits_bench", n, 0, 1, threads=1),
        })
        # These use one thread and take minutes for the whole: they measure a part. Apart, so that
        # the rounds of the others follow each other closely.
        run |= measure(f"Slow peers, d = {d}", {
            "dlib": Program("gram_dlib", n, d, min(n, int(2 * n / d**0.5)), threads=1),
            "LIBSVM": Program("gram_libsvm", n, d, max(1, n // d), threads=1),
        })
        ours = run["mercer"].median()
        row = [str(d), number(ours)]
        for peer in ["scikit-learn", "Armadillo", "dlib", "LIBSVM"]:
            seconds = run[peer].median()
            row.append(f"{number(seconds)} ({number(seconds / ours)} ×)" if run[peer].name else "–")
            versions[peer] = run[peer].name or f"{peer}: not found"
        versions["machine"] = run["limits"].name
        peers.append(row)
        gemm, fresh, present = (run["limits"].median(i) for i in range(3))
        limit = max(gemm, fresh)
        limits.append([str(d), number(ours), number(gemm), number(fresh),
                       number(ours / limit, ".2f"), number(run["reused"].median()),
                       number(present)])
        single, alone = run["float"].median(), run["one thread"].median()
        speedups.append([str(d), number(ours), number(single), number(ours / single, ".2f"),
                         number(alone), number(alone / ours, ".2f"),
                         number(run["one thread, reused"].median() / run["reused"].median(), ".2f"),
                         number(run["limits of one thread"].median(1) / fresh, ".2f")])

    what = f"n = {n}, {threads} threads, medians of {options.rounds}, seconds"
    return {
        "gram": table(f"RBF Gram matrix, double, fresh memory; {what} (in brackets: times mercer's)",
                      ["d", "mercer", "scikit-learn", "Armadillo", "dlib, 1 thread, from a part",
                       "LIBSVM, 1 thread, from some rows"], peers),
        "limits": table(f"RBF Gram matrix, double, beside the machine's limits; {what}",
                        ["d", "mercer, fresh memory", "half a GEMM", "writing fresh memory",
                         "mercer / limit", "mercer, memory used again", "writing memory used again"],
                        limits),
        "speedups": table(f"RBF Gram matrix, fresh memory, by precision and threads; {what}",
                          ["d", "double", "float", "double / float", "double, 1 thread",
                           f"1 thread / {threads} threads", "the same, memory used again",
                           "the same, only writing fresh memory"], speedups),
    }


def measure_multiply():
    n, d = options.points * 5 // 2, 8
    rounds = min(3, options.rounds)
    rows = []
    for columns in [1, 10, 100]:
        run = measure(f"K V, {columns} columns", {
            "mercer": Program("multiply_bench", n, d, options.threads, columns, rounds=rounds),
            "peer": Program("multiply_sklearn.py", n, d, columns, rounds=rounds)})
        ours, peer = run["mercer"].median(), run["peer"].median()
        rows.append([str(columns), number(ours), f"{n * n / ours:.2e}",
                     number(run["mercer"].median(1), ".0f") + " MB", number(peer),
                     number(peer / ours), number(run["peer"].median(1), ".0f") + " MB"])
    return {"multiply": table(
        f"K V for an RBF kernel, n = {n}, d = {d}, double, {options.threads} threads; "
        f"medians of {rounds}; K would take {8e-6 * n * n:.0f} MB",
        ["columns of V", "mercer, seconds", "pairs per second", "peak memory of the process",
         "scikit-learn, seconds", "scikit-learn / mercer", "peak memory of its process"], rows)}


def measure_growth():
    d = 16
    sizes = [int(options.points * factor) for factor in [0.25, 0.5, 1, 2, 4]]
    run = {}
    for n in sizes:  # apart: a system that has just got gigabytes back is not at rest
        rounds = min(3, options.rounds) if n > 2 * options.points else None
        run |= measure(f"Growth, n = {n}", {n: gram_bench(d, n=n, rounds=rounds)})
    rows = [[str(n), number(run[n].median()), number(run[n].median() / n**2 * 1e9)] for n in sizes]
    return {"growth": table(
        f"RBF Gram matrix, double, d = {d}, fresh memory, {options.threads} threads; "
        f"medians of {options.rounds}, of {run[sizes[-1]].rounds} for the largest",
        ["n", "seconds", "nanoseconds per entry"], rows)}


def measure_kernels():
    d = 16
    weights = ", ".join(["0.5", "1.5"] * (d // 2))
    features = ", ".join(str(k) for k in range(0, d, 2))
    families = {  # the first kernel of a family is what the others are compared with
        "squared distance": [
            rbf(d), "matern12(length=4)", "matern32(length=4)", "matern52(length=4)",
            "rational_quadratic(alpha=1, length=4)", "rational_quadratic(alpha=0.7, length=4)",
            "periodic(period=4, length=1)", "cauchy(scale=16)"],
        "dot": ["linear()", "polynomial(degree=3, gamma=0.1, coef0=1)",
                "sigmoid(gamma=0.1, coef0=0)", "cosine()"],
        "L1 distance": ["laplacian(gamma=0.1)"],
        "chi-squared": ["chi_squared(gamma=0.1)"],
        "intersection": ["histogram_intersection()"],
        "of the parts": [f"{rbf(d)} + linear()", f"{rbf(d)} * linear()", f"pow({rbf(d)}, 3)",
                         f"ard(weights=[{weights}], {rbf(d)})",
                         f"subset(features=[{features}], {rbf(d)})"],
    }
    kernels = [kernel for family in families.values() for kernel in family]
    program = measure("Kernels", {"all": gram_bench(
        d, memory="reused", points="positive", kernels=kernels)})["all"]
    seconds = {kernel: program.median(i) for i, kernel in enumerate(kernels)}
    rows = []
    for statistic, family in families.items():
        for kernel in family:
            own = number(seconds[kernel] / seconds[family[0]], ".2f")
            short = re.sub(r"=\[.*?\]", "=[…]", kernel)
            rows.append([f"`{short}`", statistic, number(seconds[kernel]),
                         number(seconds[kernel] / seconds[rbf(d)], ".2f"),
                         "–" if statistic == "of the parts" else own])
    return {"kernels": table(
        f"Gram matrices, n = {options.points}, d = {d}, double, memory used again, "
        f"{options.threads} threads; medians of {options.rounds}",
        ["kernel", "statistic", "seconds", "times rbf", "times the first of its statistic"], rows)}


def measure_algebra():
    d = 64
    composed = f"0.5 * {rbf(d)} * matern52(length=8) + linear()"
    program = measure("Algebra", {"both": gram_bench(d, kernels=[rbf(d), composed])})["both"]
    rows = [[f"`{kernel}`", number(program.median(i)),
             number(program.median(i) / program.median(0), ".2f")]
            for i, kernel in enumerate([rbf(d), composed])]
    return {"algebra": table(
        f"A composed kernel, n = {options.points}, d = {d}, double, fresh memory, "
        f"{options.threads} threads; medians of {options.rounds}",
        ["kernel", "seconds", "times rbf"], rows)}


def describe_machine():
    def first(path, pattern):
        with open(path) as file:
            found = re.search(pattern, file.read())
        return found[1] if found else "unknown"

    memory = int(first("/proc/meminfo", r"MemTotal:\s*(\d+)")) * 1024 / 1e9
    pages = first("/sys/kernel/mm/transparent_hugepage/enabled", r"\[(\w+)\]")
    lines = [
        f"date      {datetime.date.today()}",
        f"command   scripts/bench gram {' '.join(options.command)}".rstrip(),
        f"machine   {first('/proc/cpuinfo', r'model name.*: (.*)')} "
        f"(family {first('/proc/cpuinfo', r'cpu family.*: (.*)')}, "
        f"model {first('/proc/cpuinfo', r'model	+: (.*)')}), {os.cpu_count()} CPUs, "
        f"{memory:.0f} GB; transparent huge pages: {pages}",
        *(f"built by  {versions.pop('machine')}".replace("; BLAS: ", "\nBLAS      ").split("\n")),
        f"peers     {'; '.join(versions.values())}",
    ]
    return {"machine": "\n".join(["```", *lines, "```"])}


def write_page(sections):
    """Puts each section between its two marks in docs/performance.md."""
    with open(PAGE) as file:
        page = file.read()
    for name, text in sections.items():
        page, count = re.subn(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
                              lambda mark: f"{mark[1]}\n{text}\n\n{mark[2]}", page, flags=re.S)
        if count != 1:
            sys.exit(f"report.py: {PAGE} needs the marks of '{name}' once, has them {count} times")
    with open(PAGE, "w") as file:
        file.write(page)


parser = argparse.ArgumentParser(prog="scripts/bench WHAT")
parser.add_argument("programs", help=argparse.SUPPRESS)  # the folder with the programs
parser.add_argument("--data", help=argparse.SUPPRESS)     # the folder with the bundled sets
parser.add_argument("--fashion", help=argparse.SUPPRESS)  # that with Fashion-MNIST, unpacked
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--points", type=int, default=8000, help="n; some tables take multiples of it")
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--large", action="store_true", help="ridge: also 100000 rows and a million")
parser.add_argument("--only", help="a part: the X of a function measure_X of the report")
parser.add_argument("--lock", help="a file that others who measure on this machine lock as well")
parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
options = parser.parse_args()
options.command = [word for word in sys.argv[2:] if not word.startswith(("--data", "--fashion"))]
versions = {}


def main(parts):
    sections = {}
    for part in parts:
        if options.only and part.__name__ != f"measure_{options.only}":
            continue
        measured = part()
        print(*measured.values(), sep="\n\n", end="\n\n", flush=True)
        sections.update(measured)
    if options.write:
        write_page(sections)


if __name__ == "__main__":
    main([measure_gram, measure_multiply, measure_growth, measure_kernels, measure_algebra,
          describe_machine])
