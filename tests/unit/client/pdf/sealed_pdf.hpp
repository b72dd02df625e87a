// PDF files of many kinds, made from one contract by programs of others, and sealed as the daemon would.
#pragma once
#include <fstream>
#include <iterator>

#include "client/pdf/preparation.hpp"
#include "client/pdf/signatures.hpp"
#include "core/cms.hpp"
#include "tests/support/shell.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald::testing {

inline std::string content_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline const std::string contract = std::string(SEALD_TEST_DATA) + "/contract.pdf";

// The contract, changed by a command in which IN and OUT stand for files.
inline std::string pdf_made_by(const TempFolder& folder, std::string command) {
    const auto out = folder / "made.pdf";
    for (const auto& [word, file] : {std::pair<std::string, std::string>("IN", contract), {"OUT", out.string()}})
        for (auto at = command.find(word); at != std::string::npos; at = command.find(word, at + file.size())) command.replace(at, word.size(), file);
    if (!command.empty()) test::shell(command);
    return content_of(command.empty() ? contract : out.string());
}

inline Picture seal_picture() {
    const auto content = content_of(std::string(SEALD_TEST_DATA) + "/seal.png");
    const auto bytes = as_bytes(content);
    return Picture::look_at(Bytes(bytes.begin(), bytes.end())).value();
}

inline pdf::Wish wish() {
    return {.title = "合同專用章", .purpose = "與廣州公司的供貨合同", .time = from_unix(1796000000), .picture = seal_picture(), .place = {}};
}

inline Result<pdf::Prepared> prepare(const std::string& content, const pdf::Wish& wanted = wish()) {
    auto source = pdf::Source::open(content, "contract.pdf");
    if (!source) return source.error();
    return pdf::prepare(**source, wanted);
}

inline std::string seal(const pdf::Prepared& prepared, KeyAlgorithm algorithm = KeyAlgorithm::ec_p256) {
    const auto scheme = algorithm == KeyAlgorithm::ec_p256 ? SignatureScheme::ecdsa : SignatureScheme::rsa_pkcs1;
    const auto cms = UnsignedCms::over(pdf::covered_digest(prepared.content, prepared.hole, DigestAlgorithm::sha256), certificate_for(algorithm), {}, scheme).value();
    const auto signature = sign_digest(test_key(algorithm), cms.digest_to_sign(), scheme);
    return pdf::put_signature_in(prepared, cms.with_signature(signature).value()).value();
}

}  // namespace seald::testing
