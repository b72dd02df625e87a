#include "client/certificate_request.hpp"

#include "client/user_files.hpp"

namespace seald {
namespace {

bool is_shown(const std::string& file) { return file.empty() || file == "-"; }

}  // namespace

Result<void> check_request_place(const std::string& file, bool replace) {
    if (is_shown(file) || replace || !std::filesystem::exists(file)) return {};
    return conflict("file-exists", file + " exists; --force replaces it");
}

Result<std::string> place_request(const std::string& pem, const std::string& file, bool replace) {
    if (is_shown(file)) return pem;
    const auto written = write_file(file, as_bytes(pem), replace ? IfExists::replace : IfExists::refuse);
    if (!written) return written.error();
    return "certificate request written to " + file + "\n";
}

}  // namespace seald
