#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

Result<Digest> digest_of(const Call& call) { return Digest::decode(call.path.at("alg"), call.path.at("hex")); }

HttpResponse stored(const Digest& digest, std::uint64_t size) {
    return json_response({{"digest", boost::json::object{{"alg", to_string(digest.algorithm())}, {"value", digest.hex()}}}, {"size", size}}, 201);
}

class IncomingDocument final : public IncomingBody {
  public:
    IncomingDocument(std::unique_ptr<Upload> upload, Digest digest, std::uint64_t size) : upload_(std::move(upload)), digest_(digest), size_(size) {}
    asio::awaitable<Result<void>> add(std::string piece) override { return upload_->add(std::move(piece)); }
    asio::awaitable<Result<HttpResponse>> finish() override {
        auto done = co_await upload_->finish();
        if (!done) co_return done.error();
        co_return stored(digest_, size_);
    }

  private:
    std::unique_ptr<Upload> upload_;
    Digest digest_;
    std::uint64_t size_;
};

class OutgoingDocument final : public BodySource {
  public:
    explicit OutgoingDocument(std::shared_ptr<Download> download) : download_(std::move(download)) {}
    std::uint64_t size() const override { return download_->size(); }
    asio::awaitable<std::string> next() override {
        auto piece = co_await download_->next();
        co_return piece ? std::move(*piece) : std::string();
    }

  private:
    std::shared_ptr<Download> download_;
};

asio::awaitable<Result<std::unique_ptr<IncomingBody>>> put(DocumentDesk& desk, Call call) {
    auto digest = digest_of(call);
    if (!digest) co_return digest.error();
    auto upload = co_await desk.receive(std::move(call.caller), *digest, call.length);
    if (!upload) co_return upload.error();
    std::unique_ptr<IncomingBody> body = std::make_unique<IncomingDocument>(std::move(*upload), *digest, call.length);
    co_return body;
}

// Only a body that is not passed on gets here.
asio::awaitable<Result<HttpResponse>> put_without_length(Call) {
    co_return malformed("a document's length must be announced: Content-Length is missing");
}

asio::awaitable<Result<HttpResponse>> get(DocumentDesk& desk, Call call) {
    auto digest = digest_of(call);
    if (!digest) co_return digest.error();
    auto download = co_await desk.fetch(std::move(call.caller), *digest);
    if (!download) co_return download.error();
    HttpResponse response;
    response.content_type = "application/octet-stream";
    response.source = std::make_shared<OutgoingDocument>(std::move(*download));
    co_return response;
}

asio::awaitable<Result<HttpResponse>> mine(DocumentDesk& desk, Call call) {
    auto digest = digest_of(call);
    if (!digest) co_return digest.error();
    auto there = co_await desk.has_stored(std::move(call.caller), *digest);
    if (!there) co_return there.error();
    co_return json_response({{"stored", *there}});
}

}  // namespace

void add_document_routes(Router& router, DocumentDesk& desk) {
    constexpr std::string_view path = "/v1/documents/{alg}/{hex}";
    router.add_upload(path, [&desk](Call call) { return put(desk, std::move(call)); });
    router.add("PUT", path, [](Call call) { return put_without_length(std::move(call)); });
    router.add("GET", path, [&desk](Call call) { return get(desk, std::move(call)); });
    router.add("GET", "/v1/documents/{alg}/{hex}/mine", [&desk](Call call) { return mine(desk, std::move(call)); });
}

}  // namespace seald
