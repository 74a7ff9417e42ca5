"""Makes the files of this folder, and expected.txt: a line "file | status | part of the message".

Tables and LIBSVM files go to `mercer train`, models to `mercer predict`, images to `mercer smooth`.
usage: make_wrong_files.py, in this folder; model.mercer is a model that the program has written.
"""

import re
import struct
import zlib

expected = []


def wrong(name, content, message, status=3):
    with open(name, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    expected.append(f"{name} | {status} | {message}")


# ---- tables
head = "a,b,target\n"
wrong("empty.csv", "", "the file is empty")
wrong("blank.csv", "\n\n  \n", "the file is empty")
wrong("header_only.csv", head, "there are no data after the header line")
wrong("short_line.csv", head + "1,2,0\n3,4\n5,6,1\n", "short_line.csv:3: expected 3 fields")
wrong("long_line.csv", head + "1,2,0\n3,4,1,9\n", "long_line.csv:3: expected 3 fields")
wrong("truncated.csv", head + "1,2,0\n3,4,1\n5,", "truncated.csv:4: expected 3 fields")
wrong("blank_line.csv", head + "1,2,0\n\n3,4,1\n", "blank_line.csv:3")
wrong("word.csv", head + "1,2,0\nthree,4,1\n", "word.csv:3: column 'a' (column 1) holds 'three'")
wrong("missing.csv", head + "1,,0\n3,4,1\n", "missing.csv:2: column 'b' (column 2) is empty")
wrong("na.csv", head + "1,2,0\nNA,4,1\n", "na.csv:3: column 'a' (column 1) holds 'NA': a missing")
wrong("infinite.csv", head + "1,inf,0\n", "infinite.csv:2: column 'b' (column 2) holds 'inf'")
wrong("nan.csv", head + "1,nan,0\n", "nan.csv:2: column 'b' (column 2) holds 'nan'")
wrong("too_large.csv", head + "1,1e999,0\n", "out of the range of double")
wrong("two_numbers.csv", head + "1 2,3,0\n", "two_numbers.csv:2: column 'a' (column 1) holds '1 2'")
wrong("decimal_comma.csv", head + '"1,5",2,0\n', "decimal_comma.csv:2")
wrong("hexadecimal.csv", head + "0x10,2,0\n", "holds '0x10'")
wrong("open_quote.csv", head + '"1,2,0\n', "open_quote.csv:2")
wrong("text_after_quote.csv", head + '"1"x,2,0\n', "text_after_quote.csv:2")
wrong("words_and_numbers.csv", "a,2,target\n1,2,0\n", "words_and_numbers.csv:1: words")
wrong("two_targets.csv", "a,target,target\n1,0,1\n", "two_targets.csv:1")
wrong("only_target.csv", "target\n1\n0\n", "the target is the only column")
wrong("no_target.csv", "a,b\n1,2\n3,4\n", "--target is needed", 2)
wrong("missing_target.csv", head + "1,2,0\n3,4,\n", "missing_target.csv:3")
wrong("one_class.csv", head + "1,2,1\n3,4,1\n5,6,1\n", "at least two classes")
wrong("one_row_of_a_class.csv", head + "1,2,0\n3,4,1\n5,6,1\n", "at least two rows of each class")
wrong("fraction_as_label.csv", head + "1,2,0\n3,4,0.5\n", "the target holds 0.5, which is no class")
wrong("utf16.csv", (head + "1,2,0\n").encode("utf-16"), "holds a NUL byte")
wrong("binary.csv", bytes(range(256)), "binary.csv:")
wrong("nul.csv", head + "1,2\0,0\n", "nul.csv:2: holds a NUL byte")

# ---- LIBSVM
wrong("empty.svm", "", "the file is empty")
wrong("index_0.svm", "1 0:1\n", "index_0.svm:1")
wrong("descending.svm", "1 1:1 2:1\n0 3:1 2:1\n", "descending.svm:2")
wrong("twice.svm", "1 2:1 2:3\n", "twice.svm:1")
wrong("no_colon.svm", "1 1:1 2\n", "no_colon.svm:1")
wrong("no_value.svm", "1 1:1\n0 2:\n", "no_value.svm:2")
wrong("word_as_value.svm", "1 1:one\n", "word_as_value.svm:1")
wrong("word_as_label.svm", "good 1:1\n", "word_as_label.svm:1")
wrong("nan.svm", "1 1:nan\n", "nan.svm:1")
wrong("huge_index.svm", "1 1:1\n0 99999999999:1\n", "huge_index.svm:2")
wrong("many_features.svm", "1 1:1\n0 2000000000:1\n", "memory budget", 4)
wrong("query.svm", "1 qid:3 1:1\n", "query.svm:1")
wrong("labels_only.svm", "1\n0\n", "labels_only.svm")


# ---- NumPy
def npy(shape, descr="<f8", data=b"", version=1, extra=""):
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, {extra}}}"
    text = text.encode() + b" " * (117 - len(text)) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H", len(text)) + text + data


wrong("empty.npy", b"", "empty.npy")
wrong("magic_only.npy", b"\x93NUMPY", "magic_only.npy")
wrong("other.npy", b"PK\3\4 not numpy", "other.npy")
wrong("short.npy", npy("(2, 2)", data=bytes(24)), "short.npy")
wrong("long.npy", npy("(2, 2)", data=bytes(40)), "long.npy")
wrong("complex.npy", npy("(1, 2)", "<c16", bytes(32)), "complex.npy")
wrong("cube.npy", npy("(1, 2, 2)", data=bytes(32)), "cube.npy")
wrong("no_rows.npy", npy("(0, 2)"), "no_rows.npy")
wrong("huge.npy", npy("(4000000000, 4000000000)", data=bytes(8)), "huge.npy")
wrong("nan.npy", npy("(1, 2)", data=struct.pack("<2d", float("nan"), 1)), "nan.npy")
wrong("no_shape.npy", npy("3", data=bytes(24)), "no_shape.npy")


# ---- models: damaged copies of a good one, with a checksum that fits where that is not the damage
good = open("model.mercer", "rb").read()
body = good[:good.rindex(b"checksum ")]


def with_checksum(content):
    return content + b"checksum %08x\n" % zlib.crc32(content)


def model(name, old, new, message):
    changed, count = re.subn(old, new, body, count=1, flags=re.MULTILINE)
    assert count == 1, name
    wrong(name, with_checksum(changed), message)


assert with_checksum(body) == good
wrong("empty.mercer", b"", "empty.mercer")
wrong("table.mercer", head + "1,2,0\n", "table.mercer:1")
wrong("truncated.mercer", good[:len(good) // 2], "truncated.mercer:")
wrong("no_checksum.mercer", body, "no_checksum.mercer:")
wrong("edited.mercer", good.replace(b"C 1\n", b"C 2\n"), "edited.mercer:")
wrong("longer.mercer", good + b"more\n", "longer.mercer:")
wrong("carriage_returns.mercer", good.replace(b"\n", b"\r\n"), "carriage_returns.mercer:")
model("newer_version.mercer", rb"^mercer model 1", b"mercer model 2", "newer_version.mercer:1")
model("other_estimator.mercer", rb"^estimator Svc", b"estimator Forest", "Forest")
model("other_scalar.mercer", rb"^scalar double", b"scalar half", "half")
model("other_kernel.mercer", rb'^kernel "rbf', b'kernel "gauss', "gauss")
model("negative_gamma.mercer", rb"gamma=0.5", b"gamma=-0.5", "gamma")
model("negative_C.mercer", rb"^C 1$", b"C -1", "C must be")
model("word_as_number.mercer", rb"^tolerance .*$", b"tolerance small", "small")
model("many_points.mercer", rb"^support_points \d+", b"support_points 4000000000", "many_points.mercer:")
model("no_biases.mercer", rb"^biases .*\n", b"", "no_biases.mercer:")
model("nan_bias.mercer", rb"^biases 1 .*$", b"biases 1 nan", "nan_bias.mercer:")

# ---- images
png = zlib.compress(b"\0\1\2\0\3\4")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


signature = b"\x89PNG\r\n\x1a\n"
header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
wrong("empty.png", b"", "empty.png")
wrong("text.png", "not an image\n", "text.png")
wrong("signature_only.png", signature, "signature_only.png")
wrong("no_pixels.png", signature + header + chunk(b"IEND", b""), "no_pixels.png")
wrong("cut.png", (signature + header + chunk(b"IDAT", png))[:-6], "cut.png")
wrong("bad_crc.png", signature + header[:-1] + b"x" + chunk(b"IDAT", png), "bad_crc.png")
wrong("no_width.png", signature + chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 2, 8, 0, 0, 0, 0)),
      "no_width.png")
wrong("huge.png", signature + chunk(b"IHDR", struct.pack(">IIBBBBB", 900000, 900000, 8, 0, 0, 0, 0))
      + chunk(b"IDAT", png), "huge.png")
wrong("empty.pgm", b"", "empty.pgm")
wrong("ascii.pgm", b"P2\n2 2\n255\n1 2 3 4\n", "ascii.pgm")
wrong("short.pgm", b"P5\n2 2\n255\nabc", "short.pgm")
wrong("long.pgm", b"P5\n2 2\n255\nabcde", "long.pgm")
wrong("maxval.pgm", b"P5\n2 2\n99\nabcd", "maxval.pgm")
wrong("no_size.pgm", b"P5\n", "no_size.pgm")

with open("expected.txt", "w") as file:
    file.write("\n".join(expected) + "\n")
print(len(expected), "files")
