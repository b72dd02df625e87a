// The openssl program as the judge of signatures: none of our code, and no library in our process.
#pragma once
#include <filesystem>
#include <fstream>

#include "core/token_protocol.hpp"
#include "tests/support/shell.hpp"

namespace seald::test {

inline std::string write_for_openssl(const std::filesystem::path& file, BytesView content) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    return file.string();
}

inline bool openssl_program_accepts(const std::filesystem::path& folder, BytesView spki,
                                    const token_protocol::SignRequest& request, BytesView signature) {
    auto command = "openssl pkeyutl -verify -pubin -keyform DER -inkey " +
                   write_for_openssl(folder / "spki.der", spki) + " -in " +
                   write_for_openssl(folder / "digest", request.digest.bytes()) + " -sigfile " +
                   write_for_openssl(folder / "signature", signature) +
                   " -pkeyopt digest:" + std::string(to_string(request.digest.algorithm()));
    if (request.scheme == SignatureScheme::rsa_pss)
        command += " -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest";
    try {
        return shell(command).find("Signature Verified Successfully") != std::string::npos;
    } catch (const std::runtime_error&) {
        return false;
    }
}

}  // namespace seald::test
