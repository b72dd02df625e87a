// Where a PIN comes from: a file that only its owner can read, standard input, or the person at the terminal. Never
// from arguments or the environment, where other processes can see it. Zero-length PINs are refused before anything is
// sent.
#pragma once
#include <string>

#include "core/keys.hpp"
#include "core/secret.hpp"

namespace seald {

// The first line of `file` ("-": standard input). refused when group or others may read the file.
Result<Secret> read_pin_file(const std::string& file);

// `pin_file` empty: ask with `prompt`.
Result<Secret> obtain_pin(const std::string& pin_file, const std::string& prompt);

// RSAES-OAEP (RFC 8017 section 7.1) with SHA-256 for both hashes, to the token process's key; RSA-3072 only.
Result<Bytes> seal_pin(const Secret& pin, const PublicKey& token_process);

}  // namespace seald
