#include "daemon/model/caller.hpp"

namespace seald {

std::string to_string(const Peer& peer) {
    if (peer.certificate) return "certificate=" + peer.certificate->fingerprint.hex() + " address=" + peer.address;
    return "uid=" + std::to_string(peer.uid) + " pid=" + std::to_string(peer.pid);
}

std::string same_client(const Peer& peer) {
    return peer.certificate ? peer.certificate->fingerprint.hex() : std::to_string(peer.uid);
}

}  // namespace seald
