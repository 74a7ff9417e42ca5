"""Letter from file to model, as people do it at the command line, per round: seconds in all, and the
share of the held-out rows that the model has right (outside of the clock).
usage: program_train.py mercer PROGRAM DATA THREADS | libsvm DATA"""

import csv
import os
import re
import subprocess
import sys
import tempfile
import time

ROWS, C, GAMMA = 15000, 16, 4  # the first rows train, the others are held out
who, program, threads = sys.argv[1], sys.argv[2], sys.argv[4] if len(sys.argv) > 4 else "1"
data = sys.argv[3] if who == "mercer" else sys.argv[2]


def run(*command, **how):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True,
                          text=True, **how)


def write_inputs(folder):
    with open(os.path.join(data, "letter.csv"), newline="") as file:
        header, *rows = list(csv.reader(file))
    for name, part in [("train", rows[:ROWS]), ("test", rows[ROWS:])]:
        with open(f"{folder}/{name}.csv", "w", newline="") as file:
            csv.writer(file).writerows([header, *part])
        with open(f"{folder}/{name}.svm", "w") as file:
            for row in part:
                pairs = " ".join(f"{i + 1}:{value}" for i, value in enumerate(row[:-1]))
                file.write(f"{row[-1]} {pairs}\n")


def train_mercer(folder):
    run(program, "train", "--task", "svc", "--data", f"{folder}/train.csv", "--scale", "signed",
        "--kernel", f"rbf(gamma={GAMMA})", "--C", C, "--threads", threads, "--quiet",
        "--model", f"{folder}/model")


def accuracy_mercer(folder):
    out = run(program, "predict", "--model", f"{folder}/model", "--data", f"{folder}/test.csv",
              "--output", f"{folder}/predicted").stderr
    return float(re.search(r"accuracy ([0-9.]+)", out)[1])


def train_libsvm(folder):
    with open(f"{folder}/train.scaled", "w") as scaled:
        subprocess.run(["svm-scale", "-s", f"{folder}/ranges", f"{folder}/train.svm"], check=True,
                       stdout=scaled)
    run("svm-train", "-q", "-c", C, "-g", GAMMA, "-m", 2000, f"{folder}/train.scaled",
        f"{folder}/model")


def accuracy_libsvm(folder):
    with open(f"{folder}/test.scaled", "w") as scaled:
        subprocess.run(["svm-scale", "-r", f"{folder}/ranges", f"{folder}/test.svm"], check=True,
                       stdout=scaled)
    out = run("svm-predict", f"{folder}/test.scaled", f"{folder}/model", f"{folder}/predicted")
    return float(re.search(r"Accuracy = ([0-9.]+)", out.stdout)[1]) / 100


train, accuracy = ((train_mercer, accuracy_mercer) if who == "mercer"
                   else (train_libsvm, accuracy_libsvm))
print("mercer train" if who == "mercer" else "svm-scale and svm-train, LIBSVM 3.24", flush=True)
with tempfile.TemporaryDirectory() as folder:
    write_inputs(folder)
    for _ in sys.stdin:
        start = time.perf_counter()
        train(folder)
        print(time.perf_counter() - start, accuracy(folder), flush=True)
