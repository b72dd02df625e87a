#include "daemon/model/seal_request.hpp"

namespace seald {

namespace {

// Every field is preceded by its length and every list by its count (8 bytes, big endian): no two different requests
// have the same encoding.
class Encoding {
  public:
    void number(std::uint64_t value) {
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes_.push_back(static_cast<std::uint8_t>((value >> shift) & 0xff));
    }
    void field(BytesView bytes) {
        number(bytes.size());
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    void field(std::string_view text) { field(as_bytes(text)); }
    const Bytes& bytes() const { return bytes_; }

  private:
    Bytes bytes_;
};

void encode_document(Encoding& out, const Document& document) {
    out.field(to_string(document.digest.algorithm()));
    out.field(document.digest.bytes());
    out.field(document.name);
    out.field(document.media_type);
    out.number(document.size ? 1 : 0);
    if (document.size) out.number(*document.size);
}

}  // namespace

Digest SealRequest::fingerprint() const {
    Encoding out;
    out.field("seald seal request v1");
    out.field(seal.str());
    out.number(application ? 1 : 0);
    if (application) out.field(application->str());
    out.number(approvals.size());
    for (const std::string& approval : approvals) out.field(approval);
    out.number(documents.size());
    for (const Document& document : documents) encode_document(out, document);
    out.field(to_string(format));
    out.field(purpose);
    return Digest::of(DigestAlgorithm::sha256, out.bytes());
}

}  // namespace seald
