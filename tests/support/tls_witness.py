"""A witness (C2SP tlog-witness) over TLS that shares no code with seald: tls_witness.py CERTIFICATE KEY LEDGER-VKEY. Says its
port and its own verifier key on stdout, then serves until it is killed. Keeps what it saw in memory."""
import base64
import hashlib
import http.server
import ssl
import struct
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

certificate, key_file, ledger_vkey = sys.argv[1:]
origin, ledger_id, ledger_key = ledger_vkey.split("+", 2)
ledger_key = Ed25519PublicKey.from_public_bytes(base64.b64decode(ledger_key)[1:])
NAME = "witness.example.org/python"
secret = Ed25519PrivateKey.generate()
typed = b"\x04" + secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
key_id = hashlib.sha256(NAME.encode() + b"\n" + typed).digest()[:4]
last = {"size": 0, "root": None}


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def grew(old, old_root, new, new_root, proof):
    """RFC 9162 section 2.1.4.2."""
    if old == new:
        return not proof and old_root == new_root
    if old & (old - 1) == 0:
        proof = [old_root] + proof
    if not proof:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def decide(body):
    head, text, signatures = body.decode().split("\n\n", 2)
    old = int(head.split("\n")[0].removeprefix("old "))
    proof = [base64.b64decode(line) for line in head.split("\n")[1:]]
    lines = text.split("\n")
    size, root = int(lines[1]), base64.b64decode(lines[2])
    text += "\n"
    if lines[0] != origin:
        return 404, "", ""
    raw = [base64.b64decode(line.split(" ")[2]) for line in signatures.splitlines() if line.split(" ")[1] == origin]
    try:
        ledger_key.verify(next(s[4:] for s in raw if s[:4].hex() == ledger_id), text.encode())
    except (InvalidSignature, StopIteration):
        return 403, "", ""
    if old != last["size"] or (size == old and root != last["root"]):
        return 409, "text/x.tlog.size", f"{last['size']}\n"
    if old and not grew(old, last["root"], size, root, proof):
        return 422, "", ""
    last.update(size=size, root=root)
    now = int(time.time())
    signature = secret.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
    return 200, "", f"\u2014 {NAME} {base64.b64encode(key_id + struct.pack('>Q', now) + signature).decode()}\n"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, kind, text = decide(body) if self.path == "/prefix/add-checkpoint" else (404, "", "")
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key_file)
server.socket = context.wrap_socket(server.socket, server_side=True)
print(f"port {server.server_port}\nvkey {NAME}+{key_id.hex()}+{base64.b64encode(typed).decode()}", flush=True)
server.serve_forever()
