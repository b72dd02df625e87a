#include "core/subject_fields.hpp"

#include <openssl/objects.h>

#include <array>

namespace seald {
namespace {

constexpr std::array all_fields = {SubjectField::common_name, SubjectField::organization, SubjectField::organizational_unit, SubjectField::title,
                                   SubjectField::locality,    SubjectField::state,        SubjectField::country};

int nid_of(SubjectField field) {
    switch (field) {
        case SubjectField::common_name: return NID_commonName;
        case SubjectField::organization: return NID_organizationName;
        case SubjectField::organizational_unit: return NID_organizationalUnitName;
        case SubjectField::title: return NID_title;
        case SubjectField::locality: return NID_localityName;
        case SubjectField::state: return NID_stateOrProvinceName;
        case SubjectField::country: return NID_countryName;
    }
    return NID_undef;
}

}  // namespace

std::string_view to_string(SubjectField field) {
    switch (field) {
        case SubjectField::common_name: return "common_name";
        case SubjectField::organization: return "organization";
        case SubjectField::organizational_unit: return "organizational_unit";
        case SubjectField::title: return "title";
        case SubjectField::locality: return "locality";
        case SubjectField::state: return "state";
        case SubjectField::country: return "country";
    }
    return "";
}

Result<SubjectField> decode_subject_field(std::string_view text) {
    std::string allowed;
    for (const SubjectField field : all_fields) {
        if (to_string(field) == text) return field;
        allowed += (allowed.empty() ? "" : ", ") + std::string(to_string(field));
    }
    return unacceptable("not a field of a certificate's subject; allowed: " + allowed);
}

std::vector<std::string> subject_values(const Certificate& certificate, SubjectField field) {
    std::vector<std::string> values;
    const X509_NAME* subject = X509_get_subject_name(certificate.x509());
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, nid_of(field), at)) >= 0;) {
        unsigned char* text = nullptr;
        const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
        if (size < 0) continue;  // Certificate::from_der has seen that each can be read
        values.emplace_back(text, text + size);
        OPENSSL_free(text);
    }
    return values;
}

}  // namespace seald
