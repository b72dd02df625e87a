#!/usr/bin/env python3
"""Checks a status list as a relying party would, with PyJWT and nothing of ours: check_status_list.py LIST JWKS. Prints its claims."""
import json
import pathlib
import sys

import jwt

compact = pathlib.Path(sys.argv[1]).read_text(encoding="ascii").strip()
keys = jwt.PyJWKSet.from_json(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
header = jwt.get_unverified_header(compact)
if header["typ"] != "seal-status-list+jwt":
    sys.exit("not a status list")
key = next(each for each in keys.keys if each.key_id == header["kid"])
print(json.dumps(jwt.decode(compact, key.key, algorithms=["EdDSA"], options={"require": ["iss", "iat", "exp"]})))
