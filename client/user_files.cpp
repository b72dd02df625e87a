#include "client/user_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace seald {
namespace {

struct FileClose {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileClose>;

std::string reason() { return std::strerror(errno); }

Error cannot_write(const std::filesystem::path& file, const std::string& why) {
    return unavailable("cannot write " + file.string() + ": " + why, false);
}

mode_t usual_mode() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return static_cast<mode_t>(0666 & ~mask);
}

bool write_all(int descriptor, BytesView content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

Result<void> put_in_place(const std::string& temporary, const std::filesystem::path& file, IfExists if_exists) {
    // link() fails where the name is taken, also when somebody took it a moment ago; rename() would replace it.
    const int done = if_exists == IfExists::refuse ? ::link(temporary.c_str(), file.c_str())
                                                   : ::rename(temporary.c_str(), file.c_str());
    if (done == 0) return {};
    if (errno == EEXIST) return conflict("file-exists", file.string() + " exists; --force replaces it");
    return cannot_write(file, reason());
}

}  // namespace

Result<std::filesystem::path> own_file(std::string_view name) {
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0') return malformed("HOME is not set, so there is no ~/.config/seald");
    return std::filesystem::path(home) / ".config" / "seald" / name;
}

Result<std::string> read_file(const std::filesystem::path& file, std::size_t max_bytes) {
    const bool standard_input = file == "-";
    File opened(standard_input ? nullptr : std::fopen(file.c_str(), "rbe"));
    if (!standard_input && !opened) return not_found("cannot read " + file.string() + ": " + reason());
    std::FILE* from = standard_input ? stdin : opened.get();
    std::string content(max_bytes + 1, '\0');
    content.resize(std::fread(content.data(), 1, content.size(), from));
    if (std::ferror(from) != 0) return not_found("cannot read " + file.string() + ": " + reason());
    if (content.size() > max_bytes) {
        Error error = malformed(file.string() + " is larger than " + std::to_string(max_bytes) + " bytes");
        error.code = ErrorCode::too_large;
        return error;
    }
    return content;
}

Result<std::string> read_text_or_file(const std::string& text_or_file) {
    constexpr std::size_t max_text_bytes = 4096;
    std::string text = text_or_file;
    std::error_code not_a_path;
    if (std::filesystem::exists(text_or_file, not_a_path)) {
        auto content = read_file(text_or_file, max_text_bytes);
        if (!content) return content.error();
        text = std::move(*content);
    }
    text.erase(text.find_last_not_of(" \r\n\t") + 1);
    return text;
}

Result<void> write_file(const std::filesystem::path& file, BytesView content, IfExists if_exists) {
    std::string temporary = file.string() + ".XXXXXX";
    const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0) return cannot_write(file, reason());
    const bool written =
        write_all(descriptor, content) && ::fchmod(descriptor, usual_mode()) == 0 && ::fsync(descriptor) == 0;
    const std::string why = written ? std::string() : reason();
    ::close(descriptor);
    auto placed = written ? put_in_place(temporary, file, if_exists) : Result<void>(cannot_write(file, why));
    ::unlink(temporary.c_str());  // gone already after rename()
    return placed;
}

}  // namespace seald
