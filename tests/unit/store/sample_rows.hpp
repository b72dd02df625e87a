// A seal, an application and what else table tests need, written straight into an empty database.
#pragma once
#include "daemon/store/application_table.hpp"
#include "daemon/store/intent_table.hpp"
#include "daemon/store/seal_table.hpp"
#include "temporary_state.hpp"

namespace seald::test {

// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7300 -subj "/O=Example Ltd/CN=Example
// contract seal"
//   -addext keyUsage=critical,digitalSignature,nonRepudiation
inline constexpr const char* certificate_pem = R"(-----BEGIN CERTIFICATE-----
MIIB0jCCAXegAwIBAgIUIquQKq84QNJmPyUf7ZClglnGBI8wCgYIKoZIzj0EAwIw
NjEUMBIGA1UECgwLRXhhbXBsZSBMdGQxHjAcBgNVBAMMFUV4YW1wbGUgY29udHJh
Y3Qgc2VhbDAeFw0yNjExMjMxNDM0MDFaFw00NjExMTgxNDM0MDFaMDYxFDASBgNV
BAoMC0V4YW1wbGUgTHRkMR4wHAYDVQQDDBVFeGFtcGxlIGNvbnRyYWN0IHNlYWww
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT6A+xDgQTg12weTm3acZn2qfe8aKuH
vW1UofxDTmqUkY8bGifsub5Qmv0BTJUs/EUqryBYFBW4b7oPAUPR9mQBo2MwYTAd
BgNVHQ4EFgQUK09dX3JoMfXG0E8SxNdNMVATB3cwHwYDVR0jBBgwFoAUK09dX3Jo
MfXG0E8SxNdNMVATB3cwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCBsAw
CgYIKoZIzj0EAwIDSQAwRgIhAJbt+xTLMaWZv85edRlY8g9hqZUpmoiH3nSTWcDs
Q98gAiEAuJIr6ikkYX05UvpZizJfFFyTzdQ/5DU9ly7DOJU9RFo=
-----END CERTIFICATE-----
)";

inline SealName seal_name(std::string_view text = "contract") { return SealName::decode(text).value(); }
inline PersonId person(std::string_view id) { return PersonId::decode(id).value(); }
inline Digest digest_of(std::string_view content) { return Digest::of(DigestAlgorithm::sha256, as_bytes(content)); }

inline Seal sample_seal(std::string_view name = "contract", Bytes key_id = {1}) {
    const auto certificate = Certificate::from_pem(certificate_pem).value();
    return {.name = seal_name(name),
            .kind = SealKind::contract,
            .title = name == "contract" ? "合同專用章" : "合同專用章 " + std::string(name),  // no two in force read the same
            .owner = "Example Ltd",
            .custodian = person("wang.fang"),
            .token = TokenName::decode("usb-1").value(),
            .token_serial = "a1b2c3d4e5f60718",
            .algorithm = KeyAlgorithm::ec_p256,
            .key_id = std::move(key_id),
            .public_key = certificate.public_key().value(),
            .state = SealState::in_force,
            .epoch = 3,
            .certificate = certificate,
            .chain = {certificate, certificate},
            .filing = Filing{.number = "110108-2026-77", .date = "2026-11-20"},
            .reason = "",
            .made_at = noon};
}

inline Document document(std::string_view content) {
    return {.digest = digest_of(content),
            .name = std::string(content) + ".pdf",
            .media_type = "application/pdf",
            .size = 7};
}

inline Application sample_application(unsigned sequence = 1,
                                      std::vector<Document> documents = {document("one"), document("two")}) {
    return {.number = ApplicationNumber::make(2026, sequence),
            .seal = seal_name(),
            .applicant = person("li.na"),
            .department = Department::decode("sales").value(),
            .purpose = "a contract with a supplier",
            .type = "sales contract",
            .format = SignatureFormat::raw,
            .documents = std::move(documents),
            .state = ApplicationState::submitted,
            .submitted_at = noon,
            .decisions = {}};
}

inline RecordedDecision sample_decision(Decision what = Decision::approve, std::string reason = "") {
    return {.jws = "a.b.c",
            .approver = person("wang.fang"),
            .step = StepName::decode("administration").value(),
            .decision = what,
            .reason = std::move(reason),
            .decided_at = noon,
            .expires_at = noon + std::chrono::hours(72)};
}

inline tables::IntentRow sample_intent(std::uint64_t index, std::string request_id = "r-1", std::size_t position = 0) {
    return {.index = index,
            .seal = seal_name(),
            .epoch = 3,
            .caller = person("li.na"),
            .request_id = std::move(request_id),
            .request_fingerprint = digest_of("the request"),
            .application = std::nullopt,
            .position = position,
            .document = digest_of("one"),
            .document_name = "one.pdf",
            .format = SignatureFormat::cms};
}

// An empty database with one seal in it, and as many ledger entries as rows may point to.
class TableTest : public testing::Test {
  protected:
    TableTest() : database_(state_.connect()), db(*database_) {
        db.run_script("BEGIN").value();  // never committed: nothing has to be synced to disk
        tables::insert_seal(db, sample_seal()).value();
        for (std::uint64_t index = 0; index < 20; ++index)
            db.change("INSERT INTO entry (idx, body, kind, time) VALUES (?, ?, 'test', 0)", index, as_bytes("{}"))
                .value();
    }
    TemporaryState state_;
    std::unique_ptr<Database> database_;
    Database& db;
};

}  // namespace seald::test
