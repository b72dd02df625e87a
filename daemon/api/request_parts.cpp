#include "daemon/api/request_parts.hpp"

#include "core/json.hpp"

namespace seald::requests {
namespace {

namespace json = boost::json;

Result<Digest> decode_digest(const json::object& object, const std::string& path) {
    ObjectReader in(object, path);
    const auto algorithm = in.text("alg");
    const auto value = in.text("value");
    if (auto done = in.finish(); !done) return done.error();
    return Digest::decode(algorithm, value);
}

Result<Document> decode_document(const json::value& value, const std::string& path) {
    if (!value.is_object()) return malformed("field \"" + path + "\" must be an object");
    ObjectReader in(value.as_object(), path);
    const auto& digest_object = in.object("digest");
    const auto name = in.text("name");
    const auto media_type = in.find_text("media_type");
    const auto size = in.find_integer("size");
    if (auto done = in.finish(); !done) return done.error();

    auto digest = decode_digest(digest_object, path + ".digest");
    if (!digest) return digest.error();
    auto clean_name = decode_text(name, path + ".name", max_name_bytes);
    if (!clean_name) return clean_name.error();
    Document document{.digest = *digest, .name = std::move(*clean_name), .media_type = {}, .size = {}};
    if (media_type) {
        auto clean = decode_text(*media_type, path + ".media_type", max_name_bytes);
        if (!clean) return clean.error();
        document.media_type = std::move(*clean);
    }
    if (size) {
        if (*size < 0) return malformed("field \"" + path + ".size\" must not be negative");
        document.size = static_cast<std::uint64_t>(*size);
    }
    return document;
}

}  // namespace

Result<std::vector<Document>> decode_documents(const json::array& array) {
    if (array.empty()) return malformed("field \"documents\" must name at least one document");
    if (array.size() > max_documents)
        return Error{.code = ErrorCode::too_large, .message = "at most " + std::to_string(max_documents) + " documents in one request"};
    std::vector<Document> documents;
    for (std::size_t i = 0; i < array.size(); ++i) {
        auto document = decode_document(array[i], "documents[" + std::to_string(i) + "]");
        if (!document) return document.error();
        documents.push_back(std::move(*document));
    }
    return documents;
}

Result<std::string> only_text(std::string_view body, std::string_view field) {
    auto object = parse_json_object(body);
    if (!object) return object.error();
    ObjectReader in(*object, "");
    auto text = in.text(field);
    if (auto done = in.finish(); !done) return done.error();
    return text;
}

}  // namespace seald::requests
