"""Gaussian smoothing beside scipy and OpenCV. usage: from scripts/bench smooth"""

from report import Program, main, measure, number, options, table

N = 4096
SIGMAS = [1, 2, 5, 20]
GOALS = {"scipy, double": [8, 8, 8, 8], "OpenCV, double": [1, 1.5, 4, 6],
         "OpenCV, float": [0.9, 1, 2, 5]}
RECURSIVE, COPY = 5, 6  # figures of smooth_bench


def measure_smooth():
    threads = options.threads
    run = {}
    for scalar in ["double", "float"]:
        peers = ["scipy", "OpenCV"] if scalar == "double" else ["OpenCV"]
        run |= measure(f"smoothing, {scalar}", {
            f"mercer, {scalar}": Program("smooth_bench", scalar, N, threads),
            **{f"{peer}, {scalar}": Program("smooth_peers.py", peer.lower(), scalar, N, threads)
               for peer in peers}})
    rows = []
    for scalar, value in [("double", 8), ("float", 4)]:
        ours = run[f"mercer, {scalar}"]
        bandwidth = 2 * value * N * N / ours.median(COPY)
        for i, sigma in enumerate([*SIGMAS, 50]):
            rate = 2 * value * N * N / ours.median(i)
            taps = 2 * (2 * int(4 * sigma + 0.5) + 1) * N * N / ours.median(i)
            row = [scalar, str(sigma), number(ours.median(i)), f"{rate / bandwidth:.0%}",
                   number(taps / 1e9)]
            for peer in ["scipy", "OpenCV"]:
                name = f"{peer}, {scalar}"
                if name not in run or sigma == 50:
                    row += ["–", "–"]
                    continue
                seconds = run[name].median(i)
                times, goal = seconds / ours.median(i), GOALS[name][i]
                row += [number(seconds),
                        f"{number(times)} × (goal {goal:g}{'' if times >= goal else ', missed'})"]
            rows.append(row)
        seconds, window = ours.median(RECURSIVE), ours.median(4)
        rows.append([scalar, "50, recursive", number(seconds),
                     f"{2 * value * N * N / seconds / bandwidth:.0%}", "–", "–",
                     f"{number(window / seconds)} × our windows" +
                     (" (goal 3)" if scalar == "double" else ""), "–", "–"])
        rows.append([scalar, "copy of the image", number(ours.median(COPY)), "100%", "–", "–", "–",
                     "–", "–"])
    names = ", ".join(program.name for key, program in run.items() if "double" in key)
    return {"smooth": table(
        f"Gaussian smoothing, {N} x {N}, reflected edges, windows of 4 σ, fresh memory, {threads} "
        f"threads; medians of {options.rounds}; {names}",
        ["type", "σ", "mercer, seconds", "of the bandwidth of a copy", "10⁹ products a second",
         "scipy, seconds", "scipy / mercer", "OpenCV, seconds", "OpenCV / mercer"], rows)}


main([measure_smooth])
