// A PDF file (ISO 32000-2) as it is: read with qpdf, which repairs nothing here, since what is repaired in memory is not
// what gets signed. Refuses what it cannot read without a warning.
#pragma once
#include <functional>
#include <memory>
#include <new>
#include <qpdf/QPDF.hh>
#include <string>

#include "core/error.hpp"

namespace seald::pdf {

inline constexpr std::uint64_t max_bytes = 1UL << 30;

bool looks_like_pdf(std::string_view beginning);  // "%PDF-"

class Source {
  public:
    // malformed: no PDF, or damaged; it says how to have it rewritten.
    static Result<std::unique_ptr<Source>> open(std::string content, std::string name);
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    const std::string& content() const { return content_; }
    const std::string& name() const { return name_; }
    QPDF& document() { return document_; }
    // Where the newest cross-reference section is, of which kind (section 7.5.4 and 7.5.8), and the first free object number.
    std::uint64_t last_xref() const { return last_xref_; }
    bool has_xref_stream() const { return has_xref_stream_; }
    int next_object() const { return next_object_; }

    // malformed, or refused: encrypted, certified, with an XFA form, or with a form that viewers draw anew.
    Result<void> may_be_appended_to();
    Error damaged(const std::string& why) const;

  private:
    Source(std::string content, std::string name) : content_(std::move(content)), name_(std::move(name)) {}
    Result<void> find_last_xref();
    Result<void> read();

    std::string content_;
    std::string name_;
    QPDF document_;
    std::uint64_t last_xref_ = 0;
    bool has_xref_stream_ = false;
    int next_object_ = 0;
};

// Runs what reads objects of it: qpdf says by an exception that one is damaged, or by a warning.
template <class T>
Result<T> read_from(Source& source, const std::function<Result<T>()>& reading) {
    try {
        auto done = reading();
        if (done && source.document().anyWarnings()) return source.damaged(source.document().getWarnings().front().what());
        return done;
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& failure) {  // QPDFExc, and std::logic_error of its accessors
        return source.damaged(failure.what());
    }
}

}  // namespace seald::pdf
