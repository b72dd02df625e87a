#include "client/pdf/signatures.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

namespace seald::pdf {
namespace {

using Handle = QPDFObjectHandle;

constexpr unsigned deepest = 200;

std::optional<Hole> hole_of(const std::string& content, Handle range, std::size_t& covered_end) {
    if (!range.isArray() || range.getArrayNItems() != 4) return std::nullopt;
    std::size_t numbers[4]{};
    for (int i = 0; i < 4; ++i) {
        if (!range.getArrayItem(i).isInteger() || range.getArrayItem(i).getIntValue() < 0) return std::nullopt;
        numbers[i] = static_cast<std::size_t>(range.getArrayItem(i).getIntValue());
    }
    const Hole hole{numbers[1], numbers[2]};
    if (numbers[0] != 0 || hole.begin + 2 > hole.end || hole.end > content.size() || numbers[3] > content.size() - hole.end) return std::nullopt;
    if (content[hole.begin] != '<' || content[hole.end - 1] != '>') return std::nullopt;
    covered_end = hole.end + numbers[3];
    return hole;
}

// What is in the hole of the file, not what qpdf read elsewhere; zeros behind the DER fill it up.
std::optional<Bytes> cms_of(std::string_view content, const Hole& hole) {
    const auto inside = content.substr(hole.begin + 1, hole.end - hole.begin - 2);
    if (inside.find_first_not_of('0') == std::string_view::npos) return Bytes();
    std::string digits;
    for (const char c : inside)
        if (!std::isspace(static_cast<unsigned char>(c))) digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    auto bytes = decode_hex(digits);
    if (!bytes || bytes->size() < 4 || (*bytes)[0] != 0x30) return std::nullopt;
    std::size_t header = 2, length = (*bytes)[1];
    if (length >= 0x80) {
        const std::size_t more = length - 0x80;
        if (more == 0 || more > 4 || bytes->size() < 2 + more) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < more; ++i) length = length << 8 | (*bytes)[2 + i];
        header += more;
    }
    if (length > bytes->size() - header) return std::nullopt;
    bytes->resize(header + length);
    return *bytes;
}

class FieldWalk {
  public:
    explicit FieldWalk(Source& source) : source_(source) {}

    Result<void> go(Handle list, unsigned depth = 0) {
        if (depth > deepest) return source_.damaged("its form leads on and on");
        for (int i = 0; list.isArray() && i < list.getArrayNItems(); ++i)
            if (auto gone = visit(list.getArrayItem(i), depth); !gone) return gone;
        return {};
    }
    std::vector<Signature> found;

  private:
    Result<void> visit(Handle field, unsigned depth) {
        if (!field.isDictionary()) return {};
        if (field.isIndirect() && !seen_.insert(field.getObjGen()).second) return source_.damaged("its form leads back to itself");
        if (field.getKey("/V").isDictionary() && field.getKey("/V").hasKey("/ByteRange"))
            if (auto taken = take(field); !taken) return taken;
        return go(field.getKey("/Kids"), depth + 1);
    }
    Result<void> take(Handle field) {
        const std::string name = field.getKey("/T").isString() ? field.getKey("/T").getUTF8Value() : "(no name)";
        std::size_t covered_end = 0;
        const auto hole = hole_of(source_.content(), field.getKey("/V").getKey("/ByteRange"), covered_end);
        auto cms = hole ? cms_of(source_.content(), *hole) : std::nullopt;
        if (!cms) return malformed("the signature in field " + name + " of " + source_.name() + " does not say what it covers");
        found.push_back({name, *hole, covered_end, std::move(*cms)});
        return {};
    }
    Source& source_;
    std::set<QPDFObjGen> seen_;
};

}  // namespace

Result<std::vector<Signature>> read_signatures(Source& source) {
    return read_from<std::vector<Signature>>(source, [&]() -> Result<std::vector<Signature>> {
        FieldWalk walk(source);
        auto form = source.document().getRoot().getKey("/AcroForm");
        if (form.isDictionary())
            if (auto gone = walk.go(form.getKey("/Fields")); !gone) return gone.error();
        std::sort(walk.found.begin(), walk.found.end(), [](const Signature& a, const Signature& b) { return a.hole.end < b.hole.end; });
        return std::move(walk.found);
    });
}

Result<Prepared> check_prepared(std::string content, const std::string& name) {
    auto source = Source::open(std::move(content), name);
    if (!source) return source.error();
    const auto signatures = read_signatures(**source);
    if (!signatures) return signatures.error();
    if (signatures->empty() || !signatures->back().cms.empty() || !signatures->back().covers_file((*source)->content().size()))
        return malformed(name + " is not prepared for a seal: leave the files out, and the daemon's copies are taken; or fetch them with sealctl application fetch");
    return Prepared{(*source)->content(), signatures->back().hole};
}

}  // namespace seald::pdf
