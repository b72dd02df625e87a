// A reader driver for pcscd (IFD handler, version 3). Its "USB reader" is a Unix socket behind which the card's program
// answers; the name of the device in reader.conf ends in the socket's path, after a colon.
//
// pcscd as Debian builds it never takes a reader of reader.conf off its list, so a reader that was pulled out shows as
// one without a card. (IFD_NO_SUCH_DEVICE would be the truth, but leaves pcscd 1.9.9 with a lock that it never releases
// when a transaction is open.)
extern "C" {
#include <ifdhandler.h>
}
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <string>

#include "tests/support/virtual_card/socket.hpp"
#include "tests/support/virtual_card/wire.hpp"

namespace {

using namespace seald::test;
using namespace seald::test::wire;

constexpr timeval patience{10, 0};  // with a card that does not answer

class Reader {
  public:
    std::mutex mutex;
    Bytes atr;  // empty while the card has no power

    void open(std::string path) {
        path_ = std::move(path);
        connect();  // a reader that is not plugged in yet is no error
    }
    void close() {
        socket_.reset();
        atr.clear();
    }
    bool connect() {
        if (socket_) return true;
        auto socket = connect_to(path_);
        if (!socket.valid()) return false;
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        socket_.emplace(std::move(socket));
        return true;
    }
    // Empty when the reader is gone, or its card did not answer in time.
    std::optional<Bytes> ask(Kind kind, std::span<const std::uint8_t> payload = {}) {
        if (!socket_) return std::nullopt;
        std::optional<Bytes> answer;
        if (send_counted(socket_->get(), {static_cast<std::uint8_t>(kind)}, payload))
            answer = receive_counted(socket_->get());
        if (!answer) close();
        return answer;
    }

  private:
    std::string path_;
    std::optional<Socket> socket_;
};

Reader& reader_of(DWORD lun) {
    static std::array<Reader, 16> readers;
    return readers[(lun >> 16) % readers.size()];
}

RESPONSECODE put_byte(UCHAR value, PDWORD length, PUCHAR target) {
    if (*length < 1) return IFD_ERROR_INSUFFICIENT_BUFFER;
    *target = value;
    *length = 1;
    return IFD_SUCCESS;
}

RESPONSECODE put_bytes(const Bytes& bytes, PDWORD length, PUCHAR target) {
    if (*length < bytes.size()) return IFD_ERROR_INSUFFICIENT_BUFFER;
    std::copy(bytes.begin(), bytes.end(), target);
    *length = bytes.size();
    return IFD_SUCCESS;
}

}  // namespace

extern "C" {

RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR device) {
    auto& reader = reader_of(lun);
    const std::scoped_lock lock(reader.mutex);
    const std::string name(device);
    reader.open(name.substr(name.find(':') + 1));
    return IFD_SUCCESS;
}

RESPONSECODE IFDHCreateChannel(DWORD, DWORD) { return IFD_NOT_SUPPORTED; }

RESPONSECODE IFDHCloseChannel(DWORD lun) {
    auto& reader = reader_of(lun);
    const std::scoped_lock lock(reader.mutex);
    reader.close();
    return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value) {
    switch (tag) {
        case TAG_IFD_ATR: {
            auto& reader = reader_of(lun);
            const std::scoped_lock lock(reader.mutex);
            return put_bytes(reader.atr, length, value);
        }
        case TAG_IFD_SIMULTANEOUS_ACCESS:
            return put_byte(16, length, value);
        case TAG_IFD_SLOTS_NUMBER:
        case TAG_IFD_THREAD_SAFE:
            return put_byte(1, length, value);
        case TAG_IFD_SLOT_THREAD_SAFE:
            return put_byte(0, length, value);
        default:
            return IFD_ERROR_TAG;
    }
}

RESPONSECODE IFDHSetCapabilities(DWORD, DWORD, DWORD, PUCHAR) { return IFD_NOT_SUPPORTED; }
RESPONSECODE IFDHSetProtocolParameters(DWORD, DWORD, UCHAR, UCHAR, UCHAR, UCHAR) { return IFD_SUCCESS; }
RESPONSECODE IFDHControl(DWORD, DWORD, PUCHAR, DWORD, PUCHAR, DWORD, LPDWORD returned) {
    if (returned != nullptr) *returned = 0;
    return IFD_ERROR_NOT_SUPPORTED;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR atr, PDWORD length) {
    auto& reader = reader_of(lun);
    const std::scoped_lock lock(reader.mutex);
    reader.atr.clear();
    const auto room = std::exchange(*length, 0);
    const auto answer = reader.ask(action == IFD_POWER_DOWN ? Kind::power_off : Kind::power_on);
    if (action == IFD_POWER_DOWN) return IFD_SUCCESS;
    if (!answer || answer->empty() || answer->size() > MAX_ATR_SIZE) return IFD_ERROR_POWER_ACTION;
    reader.atr = *answer;
    *length = std::max<DWORD>(room, MAX_ATR_SIZE);
    return put_bytes(reader.atr, length, atr);
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER, PUCHAR sent, DWORD sent_length, PUCHAR received,
                               PDWORD received_length, PSCARD_IO_HEADER) {
    auto& reader = reader_of(lun);
    const std::scoped_lock lock(reader.mutex);
    auto room = std::exchange(*received_length, 0);
    const auto answer = reader.ask(Kind::transmit, {sent, sent_length});
    if (!answer) return IFD_COMMUNICATION_ERROR;
    if (answer->empty()) return IFD_ICC_NOT_PRESENT;
    const auto outcome = put_bytes(*answer, &room, received);
    if (outcome == IFD_SUCCESS) *received_length = room;
    return outcome;
}

RESPONSECODE IFDHICCPresence(DWORD lun) {
    auto& reader = reader_of(lun);
    const std::scoped_lock lock(reader.mutex);
    if (!reader.connect()) return IFD_ICC_NOT_PRESENT;
    const auto answer = reader.ask(Kind::presence);
    return answer && *answer == Bytes{1} ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}

}  // extern "C"
