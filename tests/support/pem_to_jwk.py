#!/usr/bin/env python3
"""Prints a P-256 private key (PKCS#8 PEM) as JWK, by way of `openssl`: for minting tokens with outside JOSE tools."""
import base64
import json
import re
import subprocess
import sys

text = subprocess.run(["openssl", "pkey", "-in", sys.argv[1], "-noout", "-text"], check=True, capture_output=True, text=True).stdout


def number(name, following):
    digits = re.search(name + r":\n(.*?)" + following, text, re.S).group(1)
    return bytes.fromhex(re.sub(r"[^0-9a-f]", "", digits))


def encoded(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


private = number("priv", "pub:")[-32:].rjust(32, b"\0")
point = number("pub", "ASN1 OID")
print(json.dumps({"kty": "EC", "crv": "P-256", "d": encoded(private), "x": encoded(point[1:33]), "y": encoded(point[33:65])}))
