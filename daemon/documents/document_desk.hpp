// Takes in the documents of applications and gives them out: to who handed them in, and to those who decide on or audit an
// application that lists them. Knowing a document's digest opens nothing.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "core/time.hpp"
#include "daemon/documents/disk_thread.hpp"
#include "daemon/documents/document_files.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/model/document_limits.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class DocumentDesk;

// One document on its way in. Ending it early, by destroying it, leaves nothing behind.
class Upload {
  public:
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;
    boost::asio::awaitable<Result<void>> add(std::string piece);
    boost::asio::awaitable<Result<void>> finish();  // durable, and remembered as this caller's

  private:
    friend class DocumentDesk;
    Upload(DocumentDesk& desk, Caller caller, Digest digest, std::uint64_t size, std::shared_ptr<void> room, std::shared_ptr<IncomingFile> file)
        : desk_(desk), caller_(std::move(caller)), digest_(digest), size_(size), room_(std::move(room)), file_(std::move(file)) {}
    DocumentDesk& desk_;
    Caller caller_;
    Digest digest_;
    std::uint64_t size_;
    std::shared_ptr<void> room_;  // kept free for it
    std::shared_ptr<IncomingFile> file_;
};

// One document on its way out.
class Download {
  public:
    std::uint64_t size() const { return file_->size(); }
    boost::asio::awaitable<Result<std::string>> next();

  private:
    friend class DocumentDesk;
    Download(DiskThread& disk, std::shared_ptr<StoredFile> file) : disk_(disk), file_(std::move(file)) {}
    DiskThread& disk_;
    std::shared_ptr<StoredFile> file_;
};

class DocumentDesk {
  public:
    DocumentDesk(Store& store, DocumentFiles files, DocumentLimits limits, const PolicyInForce& policies, const Clock& clock)
        : store_(store), files_(std::move(files)), limits_(limits), policies_(policies), clock_(clock) {}

    void set_limits(DocumentLimits limits) { limits_ = limits; }  // for uploads that begin from now on

    // Before anything is received: deletes files that a daemon stopped before it had remembered whose they are.
    boost::asio::awaitable<Result<void>> clear_away_forgotten();

    // Refused before a byte is read: too-large, documents-full, and callers who can apply for nothing.
    boost::asio::awaitable<Result<std::unique_ptr<Upload>>> receive(Caller caller, Digest digest, std::uint64_t size);
    boost::asio::awaitable<Result<bool>> has_stored(Caller caller, Digest digest);               // this caller, himself
    boost::asio::awaitable<Result<std::shared_ptr<Download>>> fetch(Caller caller, Digest digest);  // not_found also when not his to see

  private:
    friend class Upload;
    std::shared_ptr<void> find_room(std::uint64_t stored, std::uint64_t size);  // null: there is none
    Store& store_;
    DocumentFiles files_;
    DocumentLimits limits_;
    const PolicyInForce& policies_;
    const Clock& clock_;
    std::shared_ptr<std::uint64_t> arriving_ = std::make_shared<std::uint64_t>(0);  // bytes announced by uploads under way
    DiskThread disk_;
};

}  // namespace seald
