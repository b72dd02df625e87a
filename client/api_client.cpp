#include "client/api_client.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "client/answer_reader.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

ErrorCode code_for_status(unsigned status) {
    switch (status) {
        case 401:
            return ErrorCode::not_identified;
        case 403:
            return ErrorCode::refused;
        case 404:
            return ErrorCode::not_found;
        case 409:
            return ErrorCode::conflict;
        case 413:
        case 414:
        case 431:
            return ErrorCode::too_large;
        case 422:
            return ErrorCode::unacceptable;
        case 429:
            return ErrorCode::too_many;
        case 503:
            return ErrorCode::unavailable;
        default:
            return status >= 400 && status < 500 ? ErrorCode::malformed : ErrorCode::internal;
    }
}

ErrorCode decode_code(std::string_view word, unsigned status) {
    constexpr std::array all = {
        ErrorCode::malformed,   ErrorCode::not_identified,      ErrorCode::refused,      ErrorCode::not_found,
        ErrorCode::conflict,    ErrorCode::too_large,           ErrorCode::unacceptable, ErrorCode::too_many,
        ErrorCode::unavailable, ErrorCode::verification_failed, ErrorCode::internal,
    };
    for (const ErrorCode code : all) {
        if (to_string(code) == word) return code;
    }
    return code_for_status(status);
}

Result<boost::json::value> decode_answer(const std::string& body) {
    auto answer = parse_json(body);
    if (!answer) return unavailable("the daemon's answer is not understood: " + answer.error().message, false);
    return answer;
}

}  // namespace

ApiClient::ApiClient(ServerAddress server, std::chrono::milliseconds time_limit)
    : server_(std::move(server)), time_limit_(time_limit) {}

Result<std::string> ApiClient::call(HttpRequest request) const {
    request.time_limit = time_limit_;
    auto answer = exchange(server_, request);
    if (!answer) return answer.error();
    if (answer->status < 200 || answer->status > 299) return decode_error_answer(*answer);
    return std::move(answer->body);
}

Result<boost::json::value> ApiClient::get(const std::string& target) const {
    auto body = get_text(target);
    if (!body) return body.error();
    return decode_answer(*body);
}

Result<std::string> ApiClient::get_text(const std::string& target) const {
    HttpRequest request;
    request.target = target;
    return call(std::move(request));
}

Result<boost::json::value> ApiClient::post(const std::string& target, const boost::json::value& body) const {
    HttpRequest request;
    request.method = HttpRequest::Method::post;
    request.target = target;
    request.body = boost::json::serialize(body);
    auto answer = call(std::move(request));
    if (!answer) return answer.error();
    return decode_answer(*answer);
}

Result<boost::json::value> ApiClient::put_file(const std::string& target, const std::filesystem::path& file,
                                               const std::function<void(std::uint64_t)>& progress) const {
    std::ifstream in(file, std::ios::binary);
    std::error_code unknown;
    HttpRequest request;
    request.method = HttpRequest::Method::put;
    request.target = target;
    request.length = std::filesystem::file_size(file, unknown);
    if (!in || unknown) return not_found("cannot read " + file.string());
    request.next_piece = [&in, &progress, sent = std::uint64_t{0}, left = request.length]() mutable {
        std::string piece(std::min<std::uint64_t>(left - sent, 256UL * 1024), '\0');
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        piece.resize(static_cast<std::size_t>(in.gcount()));
        sent += piece.size();
        progress(sent);
        return piece;
    };
    auto answer = call(std::move(request));
    if (!answer) return answer.error();
    return decode_answer(*answer);
}

Result<void> ApiClient::get_pieces(const std::string& target, const std::function<bool(std::string_view)>& take) const {
    HttpRequest request;
    request.target = target;
    request.take = take;
    auto answer = call(std::move(request));
    if (!answer) return answer.error();
    return {};
}

Error decode_error_answer(const HttpAnswer& answer) {
    Error error;
    error.code = code_for_status(answer.status);
    error.message = "the daemon answered with status " + std::to_string(answer.status);
    error.retry = answer.status == 429;
    const auto body = parse_json_object(answer.body);
    const auto* inner = body ? body->if_contains("error") : nullptr;
    if (inner == nullptr || !inner->is_object()) return error;
    AnswerReader in(*inner);
    const std::string code = in.find_text("code");
    if (const std::string message = in.find_text("message"); !message.empty()) error.message = message;
    error.code = decode_code(code, answer.status);
    error.rule = in.find_text("rule");
    if (const auto* missing = inner->get_object().if_contains("missing"); missing != nullptr && missing->is_array()) {
        for (const auto& item : missing->get_array()) {
            if (item.is_string()) error.missing.emplace_back(item.get_string());
        }
    }
    if (inner->get_object().contains("retry")) error.retry = in.flag("retry");
    return error;
}

Error decode_objection(const boost::json::value& objection) {
    Error error{.code = ErrorCode::refused, .message = shown_field(objection, "message"), .rule = shown_field(objection, "rule")};
    if (!objection.is_object()) return error;
    if (const auto* missing = objection.get_object().if_contains("missing"); missing != nullptr && missing->is_array()) {
        for (const auto& item : missing->get_array()) {
            if (item.is_string()) error.missing.emplace_back(item.get_string());
        }
    }
    return error;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            encoded += c;
        } else {
            encoded += {'%', digits[byte >> 4], digits[byte & 0xF]};
        }
    }
    return encoded;
}

}  // namespace seald
