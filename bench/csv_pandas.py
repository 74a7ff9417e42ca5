# The peers of csv_bench: pandas, and NumPy's loadtxt on the first lines. usage: csv_pandas.py FILE.csv
import itertools
import os
import sys
import time

import numpy as np
import pandas as pd

path = sys.argv[1]
start = time.perf_counter()
pd.read_csv(path)
print(f"pandas {pd.__version__} read_csv: {os.path.getsize(path) / 1e6 / (time.perf_counter() - start):.0f} MB/s")
with open(path) as file:
    lines = list(itertools.islice(file, 1, 100001))
start = time.perf_counter()
np.loadtxt(lines, delimiter=",")
size = sum(len(line) for line in lines) / 1e6
print(f"numpy {np.__version__} loadtxt: {size / (time.perf_counter() - start):.0f} MB/s")
