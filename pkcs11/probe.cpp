#include "pkcs11/probe.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <thread>

#include "core/keys.hpp"
#include "pkcs11/keys.hpp"
#include "pkcs11/mechanism_names.hpp"
#include "pkcs11/signing.hpp"

namespace seald {
namespace {

using namespace token_protocol;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_sessions = 64;

std::uint64_t microseconds(Clock::duration time) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

Bytes random_bytes(std::size_t size) {
    Bytes bytes(size);
    if (RAND_bytes(bytes.data(), static_cast<int>(size)) != 1) throw std::runtime_error("RAND_bytes");
    return bytes;
}

// Words first, so that what is signed here can be no part of a document.
Digest probe_digest() {
    constexpr std::string_view prefix = "seald: token probe ";
    Bytes text(prefix.begin(), prefix.end());
    const auto random = random_bytes(32);
    text.insert(text.end(), random.begin(), random.end());
    return Digest::of(DigestAlgorithm::sha256, text);
}

struct ProbeKey {
    Bytes key_id;
    KeyAlgorithm algorithm = KeyAlgorithm::ec_p256;
};

Outcome<ProbeKey> known_key(const Session& session, const Bytes& key_id) {
    auto keys = list_keys(session);
    if (!keys) return keys.error();
    const auto found = std::ranges::find(keys->keys, key_id, &KeyInfo::key_id);
    if (found == keys->keys.end()) return refused(Failure::key_not_found, "the token has no such key");
    const auto key = PublicKey::from_der(found->spki);
    if (!key) return refused(Failure::unsupported, "the key's public half cannot be read");
    return ProbeKey{key_id, key->algorithm()};
}

Outcome<ProbeKey> temporary_key(const Session& session) {
    ProbeKey key{random_bytes(16), KeyAlgorithm::ec_p256};
    auto made = generate_temporary_key(session, key.algorithm, key.key_id);
    if (!made && made.error().failure == Failure::unsupported) {
        key.algorithm = KeyAlgorithm::rsa_2048;
        made = generate_temporary_key(session, key.algorithm, key.key_id);
    }
    if (made) return key;
    auto error = made.error();
    error.words += "; to measure with a key that is there: --key ID";
    return error;
}

SignRequest request_for(const ProbeKey& key) {
    return {key.key_id, key.algorithm, document_scheme(key.algorithm).value(), probe_digest()};
}

std::uint64_t count_sessions(Module& module, CK_SLOT_ID slot) {
    std::vector<Session> sessions;
    while (sessions.size() < most_sessions) {
        auto session = Session::open(module, slot, SessionKind::read_only);
        if (!session) break;
        sessions.push_back(std::move(*session));
    }
    return sessions.size();
}

struct Tally {
    std::vector<std::uint64_t> latencies;
    std::uint64_t failures = 0;
};

void sign_until(Clock::time_point end, const Session& session, const ProbeKey& key, const Secret* pin, Tally& tally) {
    do {
        const auto begin = Clock::now();
        if (sign_once(session, request_for(key), pin))
            tally.latencies.push_back(microseconds(Clock::now() - begin));
        else
            ++tally.failures;
    } while (Clock::now() < end && tally.failures < 100);
}

Load load_of(std::uint64_t threads, Clock::duration time, const std::vector<Tally>& tallies) {
    std::vector<std::uint64_t> all;
    Load load{.threads = threads, .milliseconds = microseconds(time) / 1000};
    for (const auto& tally : tallies) {
        all.insert(all.end(), tally.latencies.begin(), tally.latencies.end());
        load.failures += tally.failures;
    }
    std::ranges::sort(all);
    load.signatures = all.size();
    if (!all.empty()) {
        load.p50_us = all[all.size() / 2];
        load.p99_us = all[all.size() * 99 / 100];
    }
    return load;
}

// A session a thread; empty when the token does not give so many.
Outcome<std::optional<Load>> measure(Module& module, CK_SLOT_ID slot, const ProbeKey& key, const Secret* pin,
                                     std::size_t threads, std::chrono::seconds time) {
    std::vector<Session> sessions;
    for (std::size_t i = 0; i < threads; ++i) {
        auto session = Session::open(module, slot, SessionKind::read_only);
        if (!session) return std::optional<Load>();
        sessions.push_back(std::move(*session));
    }
    std::vector<Tally> tallies(threads);
    const auto begin = Clock::now();
    {
        std::vector<std::jthread> runners;
        for (std::size_t i = 0; i < threads; ++i)
            runners.emplace_back([&, i] { sign_until(begin + time, sessions[i], key, pin, tallies[i]); });
    }
    return std::optional(load_of(threads, Clock::now() - begin, tallies));
}

// A session that is gone, and from there to the next signature.
Outcome<std::uint64_t> measure_recovery(Module& module, CK_SLOT_ID slot, const ProbeKey& key, const Secret* pin) {
    {
        auto lost = Session::open(module, slot, SessionKind::read_only);
        if (!lost) return lost.error();
    }
    const auto begin = Clock::now();
    auto fresh = Session::open(module, slot, SessionKind::read_only);
    if (!fresh) return fresh.error();
    if (auto signature = sign_once(*fresh, request_for(key), pin); !signature) return signature.error();
    return microseconds(Clock::now() - begin);
}

}  // namespace

Outcome<TokenProfile> probe_token(Module& module, const Session& session, CK_SLOT_ID slot, const ProbeRequest& request,
                                  const Secret* pin) {
    auto key = request.key_id.empty() ? temporary_key(session) : known_key(session, request.key_id);
    if (!key) return key.error();
    if (auto works = sign_once(session, request_for(*key), pin); !works) return works.error();
    auto mechanisms = mechanism_names(module, slot);
    if (!mechanisms) return mechanisms.error();
    TokenProfile profile{.sessions = count_sessions(module, slot),
                         .slot_events = module.tells_slot_events(),
                         .algorithm = key->algorithm,
                         .loads = {},
                         .mechanisms = std::move(*mechanisms)};
    const std::chrono::seconds time(std::clamp<std::uint64_t>(request.seconds, 1, 30));
    for (const std::size_t threads : {1U, 2U, 4U, 8U}) {
        auto load = measure(module, slot, *key, pin, threads, time);
        if (!load) return load.error();
        if (*load) profile.loads.push_back(**load);
    }
    auto recovery = measure_recovery(module, slot, *key, pin);
    if (!recovery) return recovery.error();
    profile.recovery_us = *recovery;
    return profile;
}

}  // namespace seald
