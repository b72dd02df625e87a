#include "core/status_list.hpp"

#include "core/json.hpp"

namespace seald {
namespace {

// RFC 8410: the SubjectPublicKeyInfo of Ed25519 is this and the key's 32 bytes.
constexpr std::string_view ed25519_spki = "302a300506032b6570032100";
constexpr std::size_t ed25519_bytes = 32;

}  // namespace

Result<PublicKey> public_key_of(const NoteVerifier& verifier) {
    const std::string text = verifier.encode();
    constexpr std::size_t encoded = 44;  // characters of a type byte and the key
    if (text.size() < encoded) return malformed("the verifier key is too short");
    const auto bytes = decode_base64(text.substr(text.size() - encoded));
    if (!bytes || bytes->size() != ed25519_bytes + 1) return malformed("the verifier key holds no Ed25519 key");
    auto der = decode_hex(ed25519_spki);
    if (!der) return der.error();
    der->insert(der->end(), bytes->begin() + 1, bytes->end());
    return PublicKey::from_der(*der);
}

Result<StatusList> open_status_list(std::string_view compact, const NoteVerifier& verifier) {
    const auto jws = decode_jws(compact);
    if (!jws) return jws.error();
    if (jws->typ != status_list_typ) return unacceptable("this is no status list: its typ must be \"" + std::string(status_list_typ) + "\"");
    const auto key = public_key_of(verifier);
    if (!key) return key.error();
    if (!verify_jws(*jws, *key)) return verification_failed("the status list is not signed with the key of ledger " + verifier.name());
    auto claims = parse_json_object(jws->payload);
    if (!claims) return claims.error();
    ObjectReader in(*claims, "status list");
    in.ignore_unknown();
    StatusList list;
    list.issuer = in.text("iss");
    list.issued_at = from_unix(in.integer("iat"));
    list.next_update = from_unix(in.integer("exp"));
    in.array("seals");
    if (auto done = in.finish(); !done) return done.error();
    if (list.issuer != verifier.name()) return verification_failed("the status list is by " + list.issuer + ", not by " + verifier.name());
    list.claims = std::move(*claims);
    return list;
}

}  // namespace seald
