"""The program from file to model, beside LIBSVM's. usage: from scripts/bench program"""

import os

from report import Program, main, measure, number, options, table


def measure_train():
    program = os.path.join(options.programs, "..", "mercer")
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


main([measure_train])
