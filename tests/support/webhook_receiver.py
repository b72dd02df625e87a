"""A webhook's receiver, by Python's own http.server and hmac: python3 webhook_receiver.py PORT SECRET_FILE BOOK [CERTIFICATE_AND_KEY]
Checks what Standard Webhooks says (standardwebhooks.com) and writes a line of JSON into BOOK for each request. The file BOOK.answer
says how to answer instead of 204 or 401: a status, "redirect", "endless" (a head without end) or "hang"."""
import base64
import hashlib
import hmac
import http.server
import json
import pathlib
import ssl
import sys
import time

port, secret_file, book = int(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
answer_file = book.with_name(book.name + ".answer")
secret = base64.b64decode(secret_file.read_text().strip().removeprefix("whsec_"))
seen = set()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name, stamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        mac = hmac.new(secret, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
        wanted = "v1," + base64.b64encode(mac).decode()
        genuine = any(hmac.compare_digest(wanted, each) for each in self.headers["webhook-signature"].split(" "))
        genuine = genuine and abs(time.time() - int(stamp)) < 300
        with book.open("a", encoding="utf-8") as lines:
            line = {"path": self.path, "id": name, "genuine": genuine, "double": name in seen, "type": self.headers["Content-Type"],
                    "host": self.headers["Host"], "body": json.loads(body)}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
        if genuine:
            seen.add(name)
        self.answer(answer_file.read_text() if answer_file.exists() else "204" if genuine else "401")

    def answer(self, how):
        if how == "hang":
            time.sleep(60)
        if how == "endless":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                self.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")
        self.send_response(307 if how == "redirect" else int(how))
        if how == "redirect":
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()


server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver)
if len(sys.argv) > 4:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
