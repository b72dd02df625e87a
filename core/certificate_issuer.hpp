// Who issued a certificate, for people to read.
#pragma once
#include <string>

#include "core/certificate.hpp"

namespace seald {

std::string issuer_of(const Certificate& certificate);  // RFC 2253, UTF-8 kept

}  // namespace seald
