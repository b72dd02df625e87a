"""Says where a page's red ink is: python3 red_ink.py PAGE.png (RGB, 8 bits, not interlaced, as pdftoppm writes it)."""
import struct
import sys
import zlib


def rows_of(data):
    width, height, depth, colours = struct.unpack(">IIBB", data[16:26])
    assert (depth, colours) == (8, 2), "RGB with 8 bits each"
    packed, at = b"", 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    raw, stride, before = zlib.decompress(packed), width * 3, bytes(width * 3)
    for y in range(height):
        method, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride):
            a, b, c = row[x - 3] if x >= 3 else 0, before[x], before[x - 3] if x >= 3 else 0
            nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
            row[x] = (row[x] + (0, a, b, (a + b) // 2, nearest)[method]) & 255
        before = bytes(row)
        yield row


rows = list(rows_of(open(sys.argv[1], "rb").read()))
ink = [(x, y) for y, row in enumerate(rows) for x in range(len(row) // 3) if row[3 * x] - max(row[3 * x + 1 : 3 * x + 3]) > 60]
left, right = min(x for x, _ in ink), max(x for x, _ in ink)
top, bottom = min(y for _, y in ink), max(y for _, y in ink)
# The mark stands on the upright line between star and ring: count there, not in the symmetric rest.
middle, centre = (left + right) // 2, (top + bottom) // 2
near = [(x, y) for x, y in ink if abs(x - middle) <= 1]
above, below = sum(1 for _, y in near if y < centre), sum(1 for _, y in near if y > centre)
print(f"left {left} bottom {len(rows) - 1 - bottom} width {right - left + 1} height {bottom - top + 1} heavier {'above' if above > below else 'below'}")
