#include "client/approval_files.hpp"

#include <algorithm>

#include "client/user_files.hpp"

namespace seald {

Result<ApprovalFile> read_approval_file(const std::string& file) {
    auto content = read_file(file, max_jws_bytes);
    if (!content) return content.error();
    content->erase(content->find_last_not_of(" \r\n\t") + 1);
    const auto jws = decode_jws(*content);
    if (!jws) return malformed(file + " is not an approval token: " + jws.error().message);
    if (jws->typ != approval_typ) return malformed(file + " is not an approval token: its typ is '" + jws->typ + "'");
    auto claims = decode_unverified_approval(*jws);
    if (!claims) return claims.error();
    return ApprovalFile{std::move(*content), std::move(*claims)};
}

void take_approvals_out(std::vector<std::string>& files, std::vector<std::string>& approvals) {
    const auto documents = std::stable_partition(files.begin(), files.end(), [](const std::string& file) {
        return file == "-" || !read_approval_file(file).has_value();
    });
    approvals.insert(approvals.end(), documents, files.end());
    files.erase(documents, files.end());
}

}  // namespace seald
