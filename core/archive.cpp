#include "core/archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t block = 512;
constexpr std::uint64_t most_in_octal = (std::uint64_t{1} << 33) - 1;  // eleven octal digits

// Offsets of the header's fields.
constexpr std::size_t name_at = 0, mode_at = 100, owner_at = 108, group_at = 116, size_at = 124, time_at = 136, sum_at = 148, type_at = 156, magic_at = 257;

using Header = std::array<char, block>;

void put(Header& header, std::size_t at, std::string_view text) { std::ranges::copy(text, header.begin() + static_cast<std::ptrdiff_t>(at)); }

std::string octal(std::uint64_t value, std::size_t digits) {
    std::string text(digits, '0');
    for (std::size_t i = digits; i-- > 0; value >>= 3) text[i] = static_cast<char>('0' + (value & 7));
    return text;
}

// GNU tar's base-256: the first bit set, the number in the last eight of twelve bytes.
std::string encode_size(std::uint64_t size) {
    if (size <= most_in_octal) return octal(size, 11);
    std::string text(12, '\0');
    text[0] = static_cast<char>(0x80);
    for (std::size_t i = 12; i-- > 4; size >>= 8) text[i] = static_cast<char>(size & 0xff);
    return text;
}

std::uint64_t decode_size(std::string_view header) {
    const auto field = header.substr(size_at, 12);
    std::uint64_t size = 0;
    if ((static_cast<unsigned char>(field[0]) & 0x80) != 0)
        for (std::size_t i = 4; i < 12; ++i) size = size << 8 | static_cast<unsigned char>(field[i]);
    else
        std::from_chars(field.data(), field.data() + 11, size, 8);
    return size;
}

// The sum of the header's bytes, with blanks in the sum's own place.
void put_sum(Header& header) {
    put(header, sum_at, "        ");
    unsigned sum = 0;
    for (const char byte : header) sum += static_cast<unsigned char>(byte);
    put(header, sum_at, octal(sum, 6) + std::string("\0 ", 2));
}

std::uint64_t padding_of(std::uint64_t size) { return (block - size % block) % block; }

Error not_ours(const std::string& what) { return verification_failed("the backup's archive is not as a backup is: " + what); }

Error cannot(const std::string& what, const fs::path& file) {
    return unavailable("cannot " + what + " " + file.string() + ": " + std::strerror(errno), false);
}

// The folders above a file, each private.
Result<void> make_folders(const fs::path& folder, const std::string& name) {
    for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
        const fs::path made = folder / name.substr(0, slash);
        if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make the folder", made);
    }
    return {};
}

}  // namespace

bool is_archive_name(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
    if (name.empty() || name.size() > 99) return false;
    for (std::size_t from = 0; from <= name.size();) {
        const auto to = std::min(name.find('/', from), name.size());
        const auto segment = name.substr(from, to - from);
        if (segment.empty() || segment == "." || segment == ".." || !std::all_of(segment.begin(), segment.end(), plain)) return false;
        from = to + 1;
    }
    return true;
}

std::string archive_header(std::string_view name, std::uint64_t size) {
    Header header{};
    put(header, name_at, name);
    put(header, mode_at, "0000600");
    put(header, owner_at, "0000000");
    put(header, group_at, "0000000");
    put(header, size_at, encode_size(size));
    put(header, time_at, "00000000000");
    put(header, type_at, "0");
    put(header, magic_at, std::string("ustar\0" "00", 8));
    put_sum(header);
    return {header.begin(), header.end()};
}

std::string archive_padding(std::uint64_t size) { return std::string(padding_of(size), '\0'); }
std::string archive_end() { return std::string(2 * block, '\0'); }

Unpacking::Unpacking(fs::path folder) : folder_(std::move(folder)) {}

Unpacking::~Unpacking() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> Unpacking::add(BytesView piece) {
    while (!piece.empty()) {
        const std::uint64_t wanted = left_ > 0 ? left_ : padding_ > 0 ? padding_ : block - header_.size();
        const auto part = piece.first(static_cast<std::size_t>(std::min<std::uint64_t>(wanted, piece.size())));
        piece = piece.subspan(part.size());
        if (ended_) {
            if (std::any_of(part.begin(), part.end(), [](auto byte) { return byte != 0; })) return not_ours("something follows its end");
        } else if (left_ > 0) {
            if (auto written = write(part); !written) return written;
        } else if (padding_ > 0) {
            padding_ -= part.size();
        } else {
            header_ += as_text(part);
            if (header_.size() < block) continue;
            if (auto begun = begin_file(); !begun) return begun;
            header_.clear();
        }
    }
    return {};
}

Result<void> Unpacking::begin_file() {
    if (header_ == std::string(block, '\0')) {
        ended_ = true;
        return {};
    }
    const std::string name = header_.c_str();
    if (!is_archive_name(name) || header_ != archive_header(name, decode_size(header_))) return not_ours("a file's header is another program's");
    if (files_.contains(name)) return not_ours(name + " is in it twice");
    name_ = name;
    size_ = left_ = decode_size(header_);
    if (auto made = make_folders(folder_, name_); !made) return made;
    const fs::path file = folder_ / name_;
    descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor_ < 0) return cannot("make", file);
    running_ = std::make_unique<RunningDigest>(DigestAlgorithm::sha256);
    return left_ == 0 ? end_file() : Result<void>();
}

Result<void> Unpacking::write(BytesView piece) {
    running_->add(piece);
    left_ -= piece.size();
    while (!piece.empty()) {
        const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
        if (written <= 0) return cannot("write", folder_ / name_);
        piece = piece.subspan(static_cast<std::size_t>(written));
    }
    return left_ == 0 ? end_file() : Result<void>();
}

Result<void> Unpacking::end_file() {
    const bool durable = ::fsync(descriptor_) == 0;
    ::close(std::exchange(descriptor_, -1));
    if (!durable) return cannot("make durable", folder_ / name_);
    files_.emplace(name_, UnpackedFile{size_, running_->finish()});
    padding_ = padding_of(size_);
    return {};
}

Result<std::map<std::string, UnpackedFile>> Unpacking::finish() {
    if (!ended_) return not_ours("its end is missing");
    return std::move(files_);
}

}  // namespace seald
