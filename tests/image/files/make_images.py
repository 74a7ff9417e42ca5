# Writes the images of image_file_test.cpp with Pillow, OpenCV and NumPy. Run it in this folder.
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

ROWS, COLS = 5, 7
i, j = np.mgrid[0:ROWS, 0:COLS]


def grey(plane, factor=1):  # as pixel() in the test
    return (factor * (40 * i + 5 * j + 11 * plane)).astype(np.uint16)


def planes(count, factor=1):
    return np.dstack([grey(p, factor) for p in range(count)])


def png(name, depth, colour, rows, interlace=0, extra=b""):  # by the chunks, for what no library writes
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", COLS, ROWS, depth, colour, 0, 0, interlace)
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra)
        file.write(chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def adam7(image):  # image: rows x cols x bytes of a pixel
    data = b""
    for y, x, dy, dx in [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2),
                         (0, 1, 2, 2), (1, 0, 2, 1)]:
        for row in image[y::dy, x::dx]:
            if row.size:
                data += b"\0" + row.tobytes()
    return data


# Pillow: 8 bits of every kind, palettes, 1 bit.
Image.fromarray(grey(0).astype(np.uint8)).save("grey8.png")
Image.fromarray(planes(2).astype(np.uint8), "LA").save("grey_alpha8.png")
Image.fromarray(planes(3).astype(np.uint8)).save("rgb8.png")
Image.fromarray(planes(4).astype(np.uint8)).save("rgba8.png")
indices = ((i + j) % 4).astype(np.uint8)
palette = Image.fromarray(indices, "P")
palette.putpalette([k for c in range(4) for k in (60 * c, 255 - 60 * c, 7 * c)])
palette.save("palette.png")
palette.save("palette_transparent.png", transparency=bytes([0, 85, 170, 255]))
Image.fromarray(((i + j) % 2 * 255).astype(np.uint8)).convert("1").save("grey1.png")
Image.fromarray(grey(0).astype(np.uint8)).save("grey8.pgm")
Image.fromarray(planes(3).astype(np.uint8)).save("rgb8.ppm")
# OpenCV: 16 bits. Its order of colours is BGR.
cv2.imwrite("grey16.png", grey(0, 257 - 3))
cv2.imwrite("rgb16.png", planes(3, 257 - 3)[:, :, ::-1])
cv2.imwrite("rgba16.png", planes(4, 257 - 3)[:, :, [2, 1, 0, 3]])
cv2.imwrite("grey16.pgm", grey(0, 257 - 3))
cv2.imwrite("rgb16.ppm", planes(3, 257 - 3)[:, :, ::-1])
# By hand: Adam7, greys of 2 and 4 bits, a transparent colour.
png("rgb8_interlaced.png", 8, 2, adam7(planes(3).astype(np.uint8)), interlace=1)
png("grey16_interlaced.png", 16, 0,
    adam7(grey(0, 257 - 3).astype(">u2").view(np.uint8).reshape(ROWS, COLS, 2)), interlace=1)
png("grey4.png", 4, 0,
    b"".join(b"\0" + bytes((a << 4 | b) for a, b in zip(row[::2], row[1::2]))
             for row in np.pad((i + j) % 16, ((0, 0), (0, 1))).tolist()))
png("grey2.png", 2, 0,
    b"".join(b"\0" + bytes((row[k] << 6 | row[k + 1] << 4 | row[k + 2] << 2 | row[k + 3])
                           for k in (0, 4))
             for row in np.pad((i + j) % 4, ((0, 0), (0, 1))).tolist()))
body = b"tRNS" + struct.pack(">H", 40)
png("grey8_transparent.png", 8, 0,
    b"".join(b"\0" + row.tobytes() for row in grey(0).astype(np.uint8)),
    extra=struct.pack(">I", 2) + body + struct.pack(">I", zlib.crc32(body)))
body = b"PLTE" + bytes([1, 2, 3, 4, 5, 6])
png("palette_beyond.png", 8, 3, b"".join(b"\0" + row.tobytes() for row in indices),
    extra=struct.pack(">I", 6) + body + struct.pack(">I", zlib.crc32(body)))
# NumPy.
np.save("grey_u1.npy", grey(0).astype(np.uint8))
np.save("rgb_u2.npy", planes(3, 257 - 3))
np.save("rgb_f4_fortran.npy", np.asfortranarray(planes(3).astype(np.float32) / 8))
np.save("rgb_f8_big_endian.npy", (planes(3) / 8).astype(">f8"))
np.save("refused_i2.npy", grey(0).astype(np.int16))
np.save("refused_one_dimension.npy", np.zeros(3))
