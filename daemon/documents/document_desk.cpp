#include "daemon/documents/document_desk.hpp"

#include "daemon/policy/decide.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/document_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

constexpr std::size_t piece_size = 64UL * 1024;

Result<void> may_hand_in(const Caller& caller) {
    if (caller.kind() == Caller::Kind::application_client || caller.has(Role::applicant)) return {};
    return refusal("not-an-applicant", caller.id().str() + " needs the role applicant to hand in documents");
}

// A document may take long to arrive, and people leave meanwhile.
Result<void> may_still_hand_in(const Caller& caller, const Policy& policy) {
    const Person* person = policy.find_person(caller.id());
    const bool applicant = caller.kind() == Caller::Kind::person && person != nullptr && person->roles.contains(Role::applicant);
    const bool client = caller.kind() == Caller::Kind::application_client && policy.application_clients.contains(caller.id());
    if (applicant || client) return {};
    return refusal("not-an-applicant", caller.id().str() + " may no longer hand in documents: the policy was loaded anew meanwhile");
}

Error too_large(std::string rule, std::string message) {
    return {.code = ErrorCode::too_large, .message = std::move(message), .rule = std::move(rule)};
}

Result<bool> concerns(Database& database, const ApplicationNumber& number, const Caller& caller, const Policy& policy, Timestamp now) {
    auto application = tables::find_application(database, number);
    if (!application) return application.error();
    if (!*application) return false;
    auto seal = tables::find_seal(database, (*application)->seal);
    if (!seal) return seal.error();
    return seal->has_value() && may_read_documents(caller, **application, **seal, policy, now);
}

Result<bool> may_fetch(Database& database, const Digest& digest, const Caller& caller, const Policy& policy, Timestamp now) {
    auto own = tables::has_stored(database, digest, caller.id());
    if (!own || *own) return own;
    auto numbers = tables::applications_with_stored(database, digest);
    if (!numbers) return numbers.error();
    for (const auto& number : *numbers) {
        auto concerned = concerns(database, number, caller, policy, now);
        if (!concerned || *concerned) return concerned;
    }
    return false;
}

}  // namespace

asio::awaitable<Result<void>> Upload::add(std::string piece) {
    std::function<Result<void>()> work = [file = file_, piece = std::move(piece)] { return file->add(piece); };
    co_return co_await desk_.disk_.run(std::move(work));
}

// First the file, then the row: a row always has its file.
asio::awaitable<Result<void>> Upload::finish() {
    std::function<Result<void>()> keep = [file = file_] { return file->keep(); };
    auto kept = co_await desk_.disk_.run(std::move(keep));
    if (!kept) co_return kept.error();
    std::function<Result<bool>(Transaction&)> remember = [&policies = desk_.policies_, caller = caller_, digest = digest_, size = size_,
                                                          now = desk_.clock_.now()](Transaction& transaction) -> Result<bool> {
        if (auto may = may_still_hand_in(caller, *policies.current()); !may) return may.error();
        auto remembered = tables::remember_stored_document(transaction.database(), digest, caller.id(), size, now);
        if (!remembered) return remembered.error();
        return true;
    };
    auto committed = co_await desk_.store_.write(std::move(remember));
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

asio::awaitable<Result<std::string>> Download::next() {
    std::function<Result<std::string>()> work = [file = file_] { return file->read_next(piece_size); };
    co_return co_await disk_.run(std::move(work));
}

asio::awaitable<Result<std::unique_ptr<Upload>>> DocumentDesk::receive(Caller caller, Digest digest, std::uint64_t size) {
    if (auto may = may_hand_in(caller); !may) co_return may.error();
    if (size > limits_.one)
        co_return too_large("document-too-large", "a document may have at most " + std::to_string(limits_.one) + " bytes");
    std::function<Result<std::uint64_t>(Database&)> sum = [](Database& database) { return tables::stored_bytes(database); };
    auto stored = co_await store_.read(std::move(sum));
    if (!stored) co_return stored.error();
    auto room = find_room(*stored, size);
    if (!room)
        co_return too_large("documents-full", "there is no room for more documents: [documents] max_total is reached");
    std::function<Result<std::shared_ptr<IncomingFile>>()> begin = [this, digest]() -> Result<std::shared_ptr<IncomingFile>> {
        auto file = files_.begin(digest);
        if (!file) return file.error();
        return std::shared_ptr<IncomingFile>(std::move(*file));
    };
    auto file = co_await disk_.run(std::move(begin));
    if (!file) co_return file.error();
    co_return std::unique_ptr<Upload>(new Upload(*this, std::move(caller), digest, size, std::move(room), std::move(*file)));
}

// Taken in the same step in which it was found free: among many uploads at once each sees the others.
std::shared_ptr<void> DocumentDesk::find_room(std::uint64_t stored, std::uint64_t size) {
    if (stored + *arriving_ + size > limits_.all) return nullptr;
    *arriving_ += size;
    // It may be given back when the desk is gone.
    return {arriving_.get(), [arriving = arriving_, size](void*) { *arriving -= size; }};
}

asio::awaitable<Result<void>> DocumentDesk::clear_away_forgotten() {
    std::function<Result<std::set<Digest>>(Database&)> list = [](Database& database) { return tables::stored_digests(database); };
    auto remembered = co_await store_.read(std::move(list));
    if (!remembered) co_return remembered.error();
    std::function<Result<void>()> clear = [this, kept = std::move(*remembered)] { return files_.keep_only(kept); };
    co_return co_await disk_.run(std::move(clear));
}

asio::awaitable<Result<bool>> DocumentDesk::has_stored(Caller caller, Digest digest) {
    std::function<Result<bool>(Database&)> work = [person = caller.id(), digest](Database& database) {
        return tables::has_stored(database, digest, person);
    };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<std::shared_ptr<Download>>> DocumentDesk::fetch(Caller caller, Digest digest) {
    std::function<Result<bool>(Database&)> ask = [caller, digest, policy = policies_.current(), now = clock_.now()](Database& database) {
        return may_fetch(database, digest, caller, *policy, now);
    };
    auto may = co_await store_.read(std::move(ask));
    if (!may) co_return may.error();
    if (!*may) co_return not_found("there is no document with this digest that you may see");
    std::function<Result<std::shared_ptr<StoredFile>>()> open = [this, digest]() -> Result<std::shared_ptr<StoredFile>> {
        auto file = files_.find(digest);
        if (!file) return file.error();
        return std::shared_ptr<StoredFile>(std::move(*file));
    };
    auto file = co_await disk_.run(std::move(open));
    if (!file) co_return file.error();
    co_return std::shared_ptr<Download>(new Download(disk_, std::move(*file)));
}

}  // namespace seald
