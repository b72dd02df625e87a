// Single fields of a certificate's subject (X.520), whole and as UTF-8, to be compared byte by byte.
#pragma once
#include <string>
#include <vector>

#include "core/certificate.hpp"

namespace seald {

enum class SubjectField { common_name, organization, organizational_unit, title, locality, state, country };
std::string_view to_string(SubjectField field);  // "organizational_unit"
Result<SubjectField> decode_subject_field(std::string_view text);

// Every value, in the certificate's order: a subject may have several organizational units.
std::vector<std::string> subject_values(const Certificate& certificate, SubjectField field);

}  // namespace seald
