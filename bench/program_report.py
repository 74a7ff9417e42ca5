"""The program from file to model, beside LIBSVM's. usage: from scripts/bench program"""

import os

from report import Program, main, measure, number, options, table


def mercer():
    return os.path.join(options.programs, "..", "mercer")


def measure_train():
    program = mercer()
    run = measure("letter from file to model", {
        "mercer": Program("program_train.py", "mercer", program, options.data, options.threads),
        "LIBSVM": Program("program_train.py", "libsvm", options.data, threads=1)})
    ours, peer = run["mercer"], run["LIBSVM"]
    times, goal = peer.median() / ours.median(), 8
    return {"program train": table(
        f"Letter (15000 rows, 16 features, 26 classes; C = 16, γ = 4) from file to model: read, "
        f"scale, train, save; {options.threads} threads against the one of {peer.name}; medians of "
        f"{options.rounds}",
        ["what", "mercer train, seconds", "svm-scale and svm-train, seconds", "times", "goal",
         "accuracy on 5000 other rows", "LIBSVM's"],
        [["letter", number(ours.median()), number(peer.median()), number(times, ".3g"), str(goal),
          number(ours.median(1), ".4f"), number(peer.median(1), ".4f")]])}


def measure_tune():
    scales = ["none", "standard"]
    run = measure("tune on spam", {scale: Program("program_tune.py", mercer(), options.data, scale,
                                                  options.threads) for scale in scales})
    return {"program tune": table(
        f"`mercer tune --grid` over 10 x 10 values of γ and C with five folds on spam (4601 rows, 57 "
        f"features); {options.threads} threads; medians of {options.rounds}",
        ["--scale", "seconds in all", "seconds of the search", "goal", "best accuracy"],
        [[scale, number(run[scale].median()), number(run[scale].median(1)), "13.2",
          number(run[scale].median(2), ".4f")] for scale in scales])}


main([measure_train, measure_tune])
