"""Takes the signature out of a PDF: signature.py FILE SIGNATURE CONTENT writes the CMS and the bytes that it covers."""
import re
import sys

pdf = open(sys.argv[1], "rb").read()
start, before, after, rest = (int(n) for n in re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", pdf)[-1])
assert start == 0 and after + rest == len(pdf)
cms = bytes.fromhex(pdf[before + 1 : after - 1].decode())
open(sys.argv[2], "wb").write(cms[: 4 + int.from_bytes(cms[2:4], "big")])
open(sys.argv[3], "wb").write(pdf[:before] + pdf[after:])
