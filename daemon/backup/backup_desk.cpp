#include "daemon/backup/backup_desk.hpp"

#include <sys/random.h>

#include <array>

#include "daemon/backup/backup_entry.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/policy/roles.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

std::string make_id() {
    std::array<std::uint8_t, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("getrandom");
    return encode_hex(bytes);
}

Error under_way(const PersonId& owner) {
    return conflict("backup-under-way", owner.str() + " is fetching a backup right now: wait until it has ended, or ten minutes if it was given up");
}

}  // namespace

BackupDesk::BackupDesk(Store& store, BackupSources sources, const Clock& clock, std::chrono::seconds patience)
    : store_(store), sources_(std::move(sources)), clock_(clock), patience_(patience) {}

bool BackupDesk::is_abandoned(const Session& session) const { return !session.busy && std::chrono::steady_clock::now() - session.used >= patience_; }

void BackupDesk::let_go_of_abandoned() {
    if (session_ && is_abandoned(*session_)) session_.reset();
}

asio::awaitable<Result<BegunBackup>> BackupDesk::begin(Caller caller) {
    if (auto may = require_role_for(Act::make_backup, caller); !may) co_return may.error();
    const bool taken = session_ && (session_->busy || (session_->owner != caller.id() && !is_abandoned(*session_)));
    if (taken) co_return under_way(session_->owner);
    if (beginning_) co_return under_way(caller.id());
    beginning_ = true;
    session_.reset();
    std::function<Result<std::shared_ptr<BackupMaking>>()> work = [sources = sources_, now = clock_.now()]() -> Result<std::shared_ptr<BackupMaking>> {
        auto making = BackupMaking::begin(sources, now);
        if (!making) return making.error();
        return std::shared_ptr<BackupMaking>(std::move(*making));
    };
    auto making = co_await disk_.run(std::move(work));
    beginning_ = false;
    if (!making) co_return making.error();
    session_ = std::make_shared<Session>(Session{.id = make_id(), .owner = caller.id(), .making = std::move(*making), .last = {}});
    co_return BegunBackup{session_->id, session_->making->entries(), session_->making->manifest().made_at};
}

Result<std::shared_ptr<BackupDesk::Session>> BackupDesk::find(const Caller& caller, const std::string& id) {
    if (auto may = require_role_for(Act::make_backup, caller); !may) return may.error();
    if (!session_ || session_->id != id || session_->owner != caller.id())
        return not_found("there is no such backup under way: it ended, or another one took its place; begin again");
    if (session_->busy) return under_way(session_->owner);
    session_->used = std::chrono::steady_clock::now();
    return session_;
}

asio::awaitable<Result<std::string>> BackupDesk::part(Caller caller, std::string id, std::uint64_t position) {
    auto session = find(caller, id);
    if (!session) co_return session.error();
    const auto own = *session;
    if (own->next > 0 && position == own->next - 1) co_return own->last;
    if (position != own->next) co_return not_found("the next part of this backup is " + std::to_string(own->next) + ": they come one after the other");
    own->busy = true;
    std::function<Result<Bytes>()> work = [making = own->making] { return making->next_part(); };
    auto part = co_await disk_.run(std::move(work));
    own->busy = false;
    own->used = std::chrono::steady_clock::now();
    if (!part) {
        if (session_ == own) session_.reset();  // half of an archive is none
        co_return part.error();
    }
    ++own->next;
    own->last = std::string(as_text(*part));
    co_return own->last;
}

asio::awaitable<Result<FinishedBackup>> BackupDesk::finish(Caller caller, std::string id) {
    auto session = find(caller, id);
    if (!session) co_return session.error();
    const auto own = *session;
    own->busy = true;
    std::function<Result<std::string>()> work = [making = own->making, by = caller.id().str()] { return making->finish(by); };
    auto manifest = co_await disk_.run(std::move(work));
    own->busy = false;
    if (!manifest) co_return manifest.error();
    session_.reset();
    const std::string digest = digest_of_manifest(*manifest);
    auto entry = make_backup_entry(entry_fields::caller(caller), own->making->manifest(), digest, own->making->entries(), clock_.now());
    auto index = co_await record_entry(store_, std::move(entry));
    if (!index) co_return index.error();
    co_return FinishedBackup{std::move(*manifest), digest, *index};
}

asio::awaitable<Result<std::uint64_t>> BackupDesk::record_drill(Caller caller, BackupDrill drill) {
    if (auto may = require_role_for(Act::make_backup, caller); !may) co_return may.error();
    const boost::json::object fields{{"caller", entry_fields::caller(caller)},
                                     {"manifest", drill.manifest_digest},
                                     {"made_at", drill.made_at},
                                     {"entries", drill.entries},
                                     {"result", drill.problem.empty() ? "ok" : "failed"},
                                     {"problem", drill.problem.empty() ? boost::json::value(nullptr) : boost::json::value(drill.problem)}};
    auto entry = Entry::make("backup-drill", clock_.now(), fields);
    co_return co_await record_entry(store_, std::move(entry));
}

}  // namespace seald
