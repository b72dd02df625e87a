#include "daemon/api/router.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>

namespace seald {
namespace {

using Parts = std::map<std::string, std::string, std::less<>>;

bool is_part(const std::string& segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }
bool is_rest(const std::string& segment) { return is_part(segment) && segment.ends_with("...}"); }

std::string join(const std::vector<std::string>& segments, std::size_t from) {
    std::string path = segments[from];
    for (std::size_t i = from + 1; i < segments.size(); ++i) path += "/" + segments[i];
    return path;
}

std::optional<Parts> match(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
    const bool open_end = is_rest(pattern.back()) && segments.size() > pattern.size();
    if (pattern.size() != segments.size() && !open_end) return std::nullopt;
    Parts parts;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (is_rest(pattern[i]))
            parts[pattern[i].substr(1, pattern[i].size() - 5)] = join(segments, i);
        else if (is_part(pattern[i]) && !segments[i].empty())
            parts[pattern[i].substr(1, pattern[i].size() - 2)] = segments[i];
        else if (pattern[i] != segments[i])
            return std::nullopt;
    }
    return parts;
}

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> segments;
    for (std::size_t from = 1; from <= path.size();) {
        const std::size_t to = std::min(path.find('/', from), path.size());
        segments.emplace_back(path.substr(from, to - from));
        from = to + 1;
    }
    return segments;
}

}  // namespace

Result<Target> decode_target(std::string_view text) {
    auto url = boost::urls::parse_origin_form(boost::core::string_view(text.data(), text.size()));
    if (!url) return malformed("the request's target is not a path");
    Target target;
    for (const auto& segment : url->segments()) target.segments.push_back(segment);
    for (const auto& parameter : url->params()) {
        if (!target.query.emplace(parameter.key, parameter.has_value ? parameter.value : std::string()).second)
            return malformed("query parameter \"" + std::string(parameter.key) + "\" is given twice");
    }
    return target;
}

void Router::add(std::string method, std::string_view pattern, RouteHandler handler) {
    routes_.push_back({std::move(method), split(pattern), std::move(handler)});
}

void Router::add_upload(std::string_view pattern, UploadHandler handler) { uploads_.push_back({split(pattern), std::move(handler)}); }

std::optional<Router::UploadMatch> Router::find_upload(const std::vector<std::string>& segments) const {
    for (const auto& route : uploads_)
        if (auto parts = match(route.pattern, segments)) return UploadMatch{&route.handler, std::move(*parts)};
    return std::nullopt;
}

Result<Router::Match> Router::find(std::string_view method, const std::vector<std::string>& segments) const {
    bool path_is_known = false;
    for (const auto& route : routes_) {
        auto parts = match(route.pattern, segments);
        if (!parts) continue;
        if (route.method == method) return Match{&route.handler, std::move(*parts)};
        path_is_known = true;
    }
    if (!path_is_known) return not_found("there is no such path; docs/api.md lists them");
    Error error = malformed("this path does not know the method");
    error.rule = "method-not-allowed";
    return error;
}

}  // namespace seald
