#include "core/svg_check.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/utf8.hpp"

namespace seald {
namespace {

constexpr std::array<std::string_view, 23> drawing{"svg",   "g",     "path",     "rect", "circle",         "ellipse",        "line", "polyline", "polygon", "text",   "tspan", "textPath",
                                                   "title", "desc",  "defs",     "use",  "linearGradient", "radialGradient", "stop", "clipPath", "mask",    "symbol", "marker"};
constexpr std::size_t deepest = 64;

Error no_drawing(const std::string& what) { return unacceptable("the picture is not a plain drawing: " + what); }

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '.'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

// Reads the text from its beginning to its end, once; what it does not know it refuses.
class SvgReader {
  public:
    explicit SvgReader(std::string_view text) : rest_(text) {}

    Result<void> read() {
        skip_blanks();
        if (rest_.starts_with("<?xml ")) {
            const auto end = rest_.find("?>");
            if (end == rest_.npos) return no_drawing("its XML declaration has no end");
            rest_.remove_prefix(end + 2);
        }
        while (!rest_.empty())
            if (auto part = rest_.front() == '<' ? read_markup() : read_text(); !part) return part;
        if (!open_.empty()) return no_drawing("<" + open_.back() + "> is not closed");
        return seen_root_ ? Result<void>() : no_drawing("there is no <svg>");
    }

  private:
    void skip_blanks() {
        while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    }

    Result<void> read_text() {
        const auto text = rest_.substr(0, rest_.find('<'));
        rest_.remove_prefix(text.size());
        if (open_.empty() && !std::ranges::all_of(text, is_blank)) return no_drawing("there is text outside of <svg>");
        return check_references(text);
    }

    // The five of XML and numbers; others would need a DTD.
    static Result<void> check_references(std::string_view text) {
        for (auto at = text.find('&'); at != text.npos; at = text.find('&', at + 1)) {
            const auto name = text.substr(at + 1, text.find(';', at) - at - 1);
            constexpr std::array<std::string_view, 5> known{"lt", "gt", "amp", "quot", "apos"};
            if (std::ranges::find(known, name) == known.end()) return no_drawing("only &lt; &gt; &amp; &quot; &apos; are understood");
        }
        return {};
    }

    Result<void> read_markup() {
        if (rest_.starts_with("<!--")) {
            const auto end = rest_.find("-->", 4);
            if (end == rest_.npos) return no_drawing("a comment has no end");
            rest_.remove_prefix(end + 3);
            return {};
        }
        if (rest_.starts_with("</")) return read_end();
        if (rest_.starts_with("<!") || rest_.starts_with("<?")) return no_drawing("it holds a DOCTYPE, a CDATA section or an instruction");
        rest_.remove_prefix(1);
        return read_element();
    }

    std::string take_name() {
        const auto end = std::ranges::find_if_not(rest_, is_name);
        std::string name(rest_.begin(), end);
        rest_.remove_prefix(name.size());
        return name;
    }

    Result<void> read_end() {
        rest_.remove_prefix(2);
        const auto name = take_name();
        skip_blanks();
        if (open_.empty() || open_.back() != name || !rest_.starts_with(">")) return no_drawing("</" + name + "> closes nothing");
        rest_.remove_prefix(1);
        open_.pop_back();
        return {};
    }

    Result<void> read_element() {
        const auto name = take_name();
        if (std::ranges::find(drawing, name) == drawing.end()) return no_drawing("the element <" + name + "> is not allowed");
        if (open_.empty() && (seen_root_ || name != "svg")) return no_drawing("it must be one <svg>");
        seen_root_ = true;
        for (;;) {
            skip_blanks();
            if (rest_.starts_with("/>")) {
                rest_.remove_prefix(2);
                return {};
            }
            if (rest_.starts_with(">")) {
                rest_.remove_prefix(1);
                open_.push_back(name);
                return open_.size() > deepest ? no_drawing("its elements are nested too deeply") : Result<void>();
            }
            if (auto attribute = read_attribute(); !attribute) return attribute;
        }
    }

    Result<void> read_attribute() {
        const auto name = take_name();
        skip_blanks();
        if (name.empty() || !rest_.starts_with("=")) return no_drawing("an attribute is malformed");
        rest_.remove_prefix(1);
        skip_blanks();
        if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return no_drawing("the attribute " + name + " has no quotes");
        const auto end = rest_.find(rest_.front(), 1);
        if (end == rest_.npos) return no_drawing("the attribute " + name + " has no end");
        const auto value = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return check_attribute(lower(name), value);
    }

    static Result<void> check_attribute(const std::string& name, std::string_view value) {
        if (name.starts_with("on")) return no_drawing("the attribute " + name + " runs a script");
        if (name == "xml:base") return no_drawing("the attribute xml:base leads elsewhere");
        if ((name == "href" || name.ends_with(":href")) && !value.starts_with("#")) return no_drawing("the attribute " + name + " leads elsewhere");
        // A reference or a backslash could spell what is looked for below in another way.
        if (value.find('<') != value.npos || value.find('&') != value.npos || value.find('\\') != value.npos)
            return no_drawing("the attribute " + name + " holds < & or \\");
        const auto text = lower(value);
        if (name == "style" && text.find('@') != text.npos) return no_drawing("a style holds @");
        for (auto at = text.find("url("); at != text.npos; at = text.find("url(", at + 1))
            if (text.compare(at, 5, "url(#") != 0) return no_drawing("the attribute " + name + " leads elsewhere");
        return {};
    }

    std::string_view rest_;
    std::vector<std::string> open_;
    bool seen_root_ = false;
};

}  // namespace

Result<void> check_svg(std::string_view text) {
    for (auto rest = text; !rest.empty();) {
        const auto point = take_code_point(rest);
        if (!point || *point == 0) return no_drawing("it is not UTF-8");
    }
    return SvgReader(text).read();
}

}  // namespace seald
