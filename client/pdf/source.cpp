#include "client/pdf/source.hpp"

#include <charconv>

namespace seald::pdf {
namespace {

constexpr std::size_t tail_bytes = 2048;
constexpr int most_objects = 8'388'607;  // ISO 32000-1 annex C

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0'; }

}  // namespace

bool looks_like_pdf(std::string_view beginning) { return beginning.starts_with("%PDF-"); }

Error Source::damaged(const std::string& why) const {
    return malformed(name_ + " is damaged (" + why + "); have it rewritten first: qpdf IN.pdf OUT.pdf");
}

Result<std::unique_ptr<Source>> Source::open(std::string content, std::string name) {
    if (!looks_like_pdf(content)) return malformed(name + " is no PDF file: it does not begin with %PDF-");
    if (content.size() > max_bytes) return Error{.code = ErrorCode::too_large, .message = name + " is larger than 1 GiB"};
    std::unique_ptr<Source> source(new Source(std::move(content), std::move(name)));
    if (auto found = source->find_last_xref(); !found) return found.error();
    if (auto done = source->read(); !done) return done.error();
    return source;
}

Result<void> Source::find_last_xref() {
    const auto keyword = content_.rfind("startxref");
    if (keyword == std::string::npos || keyword + tail_bytes < content_.size()) return damaged("no startxref at its end");
    const char* at = content_.data() + keyword + std::string_view("startxref").size();
    const char* const end = content_.data() + content_.size();
    while (at != end && is_space(*at)) ++at;
    const auto [rest, failed] = std::from_chars(at, end, last_xref_);
    if (failed != std::errc() || last_xref_ >= content_.size()) return damaged("startxref leads nowhere");
    has_xref_stream_ = content_.compare(last_xref_, 4, "xref") != 0;
    if (has_xref_stream_ && (content_[last_xref_] < '0' || content_[last_xref_] > '9')) return damaged("startxref leads to no cross-reference section");
    return {};
}

Result<void> Source::read() {
    document_.setSuppressWarnings(true);
    document_.setAttemptRecovery(false);
    return read_from<void>(*this, [this]() -> Result<void> {
        document_.processMemoryFile(name_.c_str(), content_.data(), content_.size());
        auto size = document_.getTrailer().getKey("/Size");
        if (!size.isInteger()) return damaged("its trailer has no /Size");
        if (size.getIntValue() > most_objects) return damaged("too many objects");
        next_object_ = static_cast<int>(size.getIntValue());
        if (!document_.getRoot().isDictionary()) return damaged("it has no catalogue");
        return {};
    });
}

Result<void> Source::may_be_appended_to() {
    return read_from<void>(*this, [this]() -> Result<void> {
        if (document_.isEncrypted()) return refusal("pdf-encrypted", name_ + " is encrypted: hand in a copy without, made with qpdf --decrypt IN.pdf OUT.pdf");
        auto root = document_.getRoot();
        if (root.getKey("/Perms").isDictionary() && root.getKey("/Perms").hasKey("/DocMDP"))
            return refusal("pdf-certified", name_ + " is certified: its author's signature allows no further one");
        auto form = root.getKey("/AcroForm");
        if (!form.isDictionary()) return {};
        if (form.hasKey("/XFA")) return refusal("pdf-xfa", name_ + " has an XFA form, which shows what is not in its pages: print it to a PDF first");
        auto anew = form.getKey("/NeedAppearances");
        if (anew.isBool() && anew.getBoolValue())
            return refusal("pdf-form-unfinished", name_ + " has a form that each viewer draws anew (/NeedAppearances): have it finished first, qpdf --generate-appearances IN.pdf OUT.pdf");
        return {};
    });
}

}  // namespace seald::pdf
