#include "client/revocation_request.hpp"

#include "client/answer_reader.hpp"
#include "client/display_text.hpp"
#include "client/table.hpp"
#include "core/certificate_issuer.hpp"

namespace seald {
namespace {

// RFC 5280, section 5.3.1.
std::string_view crl_reason(const std::string& state) { return state == "lost" ? "keyCompromise" : "cessationOfOperation"; }

}  // namespace

std::string revocation_request(const boost::json::value& seal) {
    const std::string name = shown_field(seal, "name"), state = shown_field(seal, "state");
    const auto chain = Certificate::chain_from_pem(shown_field(seal, "certificate.pem"));
    if (!chain) return printable("  " + name + " has no certificate yet: withdraw the request for one") + "\n";
    const Certificate& certificate = chain->front();
    if (issuer_of(certificate) == certificate.subject())
        return printable("  " + name + " has a self-signed certificate (serial " + certificate.serial_hex() + "), which nobody can revoke: tell who trusts it that it is " + state +
                         "; sealctl seal show " + name + " --at TIME says so for any moment") +
               "\n";
    Table table;
    table.row({"to", issuer_of(certificate)});
    table.row({"please revoke", "serial " + certificate.serial_hex() + ", " + certificate.subject()});
    table.row({"SHA-256", certificate.fingerprint().hex()});
    table.row({"reason", std::string(crl_reason(state)) + " (RFC 5280, 5.3.1)"});
    table.row({"as of", short_time(to_rfc3339(from_unix(to_unix(SystemClock().now()))))});
    table.row({"because", shown_field(seal, "reason")});
    return printable("  request to revoke the certificate of " + name + ":") + "\n" + table.str(4);
}

}  // namespace seald
