#include "core/token_protocol.hpp"

#include <gtest/gtest.h>

#include <random>

namespace seald::token_protocol {
namespace {

BytesView body(const Bytes& frame) { return BytesView(frame).subspan(header_bytes); }

template <class Message>
Message reread(const Request& request) {
    const auto frame = encode(Framed<Request>{77, request});
    auto decoded = decode_request(body(frame));
    EXPECT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->id, 77U);
    return std::get<Message>(decoded->message);
}

template <class Message>
Message reread(const Reply& reply) {
    const auto frame = encode(Framed<Reply>{0xfedcba9876543210, reply});
    auto decoded = decode_reply(body(frame));
    EXPECT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->id, 0xfedcba9876543210U);
    return std::get<Message>(decoded->message);
}

SignRequest sign_request() {
    return {{1, 2, 3},
            KeyAlgorithm::rsa_3072,
            SignatureScheme::rsa_pss,
            Digest::of(DigestAlgorithm::sha384, as_bytes("contract")),
            "7f36b39ec0878d08"};
}

TokenInfo token_info() {
    return {true, true, PinState::final_try, "label", "serial", "maker", "model", "1.2", "why", "C_Sign: CKR"};
}

UnlockRequest unlock_request() {
    return {Bytes(384, 9), true, Bytes(16, 1), {Bytes(16, 2), Bytes(16, 3)}, {"s", "m", "model", {7}, Bytes(91, 4)}};
}

TokenProfile token_profile() {
    return {64, true, 250, KeyAlgorithm::rsa_2048, {{1, 2, 3, 4, 5, 6}, {2, 3, 4, 5, 6, 7}}, {"CKM_ECDSA", "CKM_RSA_PKCS"}};
}

KeyList key_list() { return {{{{1}, "one", Bytes(91, 7)}, {{2}, "", {}}}}; }

std::vector<Bytes> sample_frames() {
    return {encode(Framed<Request>{1, HelloRequest{}}),
            encode(Framed<Request>{2, unlock_request()}),
            encode(Framed<Request>{9, UnwrapRequest{Bytes(384, 1), Bytes(144, 2), "contract", {3}, Bytes(91, 4)}}),
            encode(Framed<Request>{10, WrapRequest{{3}, Bytes(420, 4)}}),
            encode(Framed<Request>{11, ProbeRequest{3, {1, 2}}}),
            encode(Framed<Reply>{12, WrappedKey{Bytes(384, 1), Bytes(144, 2)}}),
            encode(Framed<Reply>{13, token_profile()}),
            encode(Framed<Request>{3, GenerateRequest{KeyAlgorithm::rsa_4096, "contract", {1, 2}, true}}),
            encode(Framed<Request>{4, sign_request()}),
            encode(Framed<Reply>{5, token_info()}),
            encode(Framed<Reply>{6, key_list()}),
            encode(Framed<Reply>{7, GeneratedKey{Bytes(91, 1), true, true, false, true, true}}),
            encode(Framed<Reply>{8, FailureReply{Failure::pin_locked, "words", "C_Login", "CKR_PIN_LOCKED", true, Bytes(16, 5)}})};
}

TEST(TokenProtocol, AFrameIsLengthIdVerbAndFields) {
    const auto frame = encode(Framed<Request>{0x0102, WrapRequest{{0xaa, 0xbb}, {0xcc}}});
    EXPECT_EQ(encode_hex(frame),
              "00000014"
              "0000000000000102"
              "0a"
              "00000002"
              "aabb"
              "00000001"
              "cc");
}

TEST(TokenProtocol, RequestsSurviveTheWay) {
    reread<HelloRequest>(Request(HelloRequest{}));
    reread<PinKeyRequest>(Request(PinKeyRequest{}));
    reread<LockRequest>(Request(LockRequest{}));
    reread<ListKeysRequest>(Request(ListKeysRequest{}));
    reread<WatchRequest>(Request(WatchRequest{}));
    reread<WrappingKeyRequest>(Request(WrappingKeyRequest{}));
    const auto unlock = reread<UnlockRequest>(Request(unlock_request()));
    EXPECT_EQ(unlock.sealed_pin, Bytes(384, 9));
    EXPECT_TRUE(unlock.final_try);
    EXPECT_EQ(unlock.pin_salt, Bytes(16, 1));
    EXPECT_EQ(unlock.refused, (std::vector<Bytes>{Bytes(16, 2), Bytes(16, 3)}));
    EXPECT_EQ(unlock.expected.serial + unlock.expected.manufacturer + unlock.expected.model, "smmodel");
    EXPECT_EQ(unlock.expected.key_id, Bytes{7});
    EXPECT_EQ(unlock.expected.spki, Bytes(91, 4));
    const auto probe = reread<ProbeRequest>(Request(ProbeRequest{3, {1, 2}}));
    EXPECT_EQ(probe.seconds, 3U);
    EXPECT_EQ(probe.key_id, (Bytes{1, 2}));

    const auto generate = reread<GenerateRequest>(Request(GenerateRequest{KeyAlgorithm::ec_p384, "合同", {9}, true}));
    EXPECT_EQ(generate.algorithm, KeyAlgorithm::ec_p384);
    EXPECT_EQ(generate.label, "合同");
    EXPECT_EQ(generate.key_id, Bytes{9});
    EXPECT_TRUE(generate.wrappable);
    const auto wrap = reread<WrapRequest>(Request(WrapRequest{{1}, {2, 3}}));
    EXPECT_EQ(wrap.key_id, Bytes{1});
    EXPECT_EQ(wrap.wrapping_spki, (Bytes{2, 3}));
    const auto unwrap = reread<UnwrapRequest>(Request(UnwrapRequest{{1}, {2}, "l", {3}, {4}}));
    EXPECT_EQ(unwrap.wrapped_secret, Bytes{1});
    EXPECT_EQ(unwrap.wrapped_key, Bytes{2});
    EXPECT_EQ(unwrap.label, "l");
    EXPECT_EQ(unwrap.key_id, Bytes{3});
    EXPECT_EQ(unwrap.spki, Bytes{4});

    const auto sign = reread<SignRequest>(Request(sign_request()));
    EXPECT_EQ(sign.key_id, (Bytes{1, 2, 3}));
    EXPECT_EQ(sign.key_algorithm, KeyAlgorithm::rsa_3072);
    EXPECT_EQ(sign.scheme, SignatureScheme::rsa_pss);
    EXPECT_EQ(sign.digest, sign_request().digest);
    EXPECT_EQ(sign.log_id, "7f36b39ec0878d08");
}

TEST(TokenProtocol, TokenStateSurvivesTheWay) {
    const auto info = reread<TokenInfo>(Reply(token_info()));
    EXPECT_TRUE(info.present);
    EXPECT_TRUE(info.logged_in);
    EXPECT_EQ(info.pin, PinState::final_try);
    EXPECT_EQ(info.label + info.serial + info.manufacturer + info.model + info.firmware + info.why_absent + info.trouble,
              "labelserialmakermodel1.2whyC_Sign: CKR");
    EXPECT_EQ(info, token_info());
    EXPECT_EQ(reread<PinKey>(Reply(PinKey{{4}})).spki, Bytes{4});
    const auto signature = reread<Signature>(Reply(Signature{{8, 9}, "C_SignInit: CKR"}));
    EXPECT_EQ(signature.value, (Bytes{8, 9}));
    EXPECT_EQ(signature.renewed, "C_SignInit: CKR");
    EXPECT_EQ(reread<WrappingKey>(Reply(WrappingKey{{6}})).spki, Bytes{6});
    const auto wrapped = reread<WrappedKey>(Reply(WrappedKey{{1}, {2}}));
    EXPECT_EQ(wrapped.wrapped_secret, Bytes{1});
    EXPECT_EQ(wrapped.wrapped_key, Bytes{2});
    const auto profile = reread<TokenProfile>(Reply(token_profile()));
    EXPECT_EQ(profile.sessions, 64U);
    EXPECT_TRUE(profile.slot_events);
    EXPECT_EQ(profile.recovery_us, 250U);
    EXPECT_EQ(profile.algorithm, KeyAlgorithm::rsa_2048);
    EXPECT_EQ(profile.loads, token_profile().loads);
    EXPECT_EQ(profile.mechanisms, token_profile().mechanisms);
}

TEST(TokenProtocol, KeysAndFailuresSurviveTheWay) {
    const auto keys = reread<KeyList>(Reply(key_list())).keys;
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].label, "one");
    EXPECT_EQ(keys[0].spki, Bytes(91, 7));
    EXPECT_TRUE(keys[1].spki.empty());

    const auto made = reread<GeneratedKey>(Reply(GeneratedKey{{1}, true, false, false, true, false}));
    EXPECT_TRUE(made.sensitive && !made.always_sensitive && !made.extractable && made.never_extractable && !made.local);

    const auto failure = reread<FailureReply>(Reply(FailureReply{Failure::wrong_token, "words", "C_Sign", "CKR", true, {1}}));
    EXPECT_EQ(failure.failure, Failure::wrong_token);
    EXPECT_TRUE(failure.pin_sent);
    EXPECT_EQ(failure.pin_print, Bytes{1});
    EXPECT_EQ(failure.words + failure.call + failure.ckr, "wordsC_SignCKR");
}

TEST(TokenProtocol, TheLongestKeyListFitsAFrame) {
    const KeyInfo longest{Bytes(max_key_id_bytes, 1), std::string(max_label_bytes, 'x'), Bytes(max_spki_bytes, 2)};
    const auto frame = encode(Framed<Reply>{1, KeyList{{max_listed_keys, longest}}});
    EXPECT_LE(body(frame).size(), max_frame_bytes);
    EXPECT_TRUE(decode_reply(body(frame)).has_value());
}

TEST(TokenProtocol, LengthsOfZeroAndOverTheLimitAreRefused) {
    const auto length_of = [](std::uint32_t n) {
        const std::array<std::uint8_t, header_bytes> header{
            static_cast<std::uint8_t>(n >> 24), static_cast<std::uint8_t>(n >> 16), static_cast<std::uint8_t>(n >> 8),
            static_cast<std::uint8_t>(n)};
        return decode_length(header);
    };
    EXPECT_FALSE(length_of(0).has_value());
    EXPECT_EQ(*length_of(max_frame_bytes), max_frame_bytes);
    EXPECT_FALSE(length_of(max_frame_bytes + 1).has_value());
    EXPECT_FALSE(length_of(0xffffffff).has_value());
}

TEST(TokenProtocol, EveryTruncationAndEveryExtraByteIsRefused) {
    for (const auto& frame : sample_frames()) {
        const auto whole = body(frame);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            EXPECT_FALSE(decode_request(whole.first(length)).has_value());
            EXPECT_FALSE(decode_reply(whole.first(length)).has_value());
        }
        Bytes longer(whole.begin(), whole.end());
        longer.push_back(0);
        EXPECT_FALSE(decode_request(longer).has_value());
        EXPECT_FALSE(decode_reply(longer).has_value());
    }
}

TEST(TokenProtocol, ARequestIsNotAReply) {
    EXPECT_FALSE(decode_reply(body(encode(Framed<Request>{1, unlock_request()}))).has_value());
    EXPECT_FALSE(decode_request(body(encode(Framed<Reply>{1, PinKey{{1}}}))).has_value());
}

TEST(TokenProtocol, FieldsOverTheirLimitAreRefused) {
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, UnlockRequest{Bytes(max_sealed_pin_bytes + 1), false, {}, {}, {}}}))));
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, GenerateRequest{{}, std::string(256, 'x'), {}, false}}))));
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, GenerateRequest{{}, "", Bytes(256), false}}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, Signature{Bytes(max_signature_bytes + 1), ""}}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, KeyList{{max_listed_keys + 1, KeyInfo{}}}}))));
    auto unlock = unlock_request();
    unlock.refused.resize(max_refused_pins + 1);
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, unlock}))));
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, WrapRequest{{1}, Bytes(max_spki_bytes + 1)}}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, WrappedKey{Bytes(max_wrapped_bytes + 1), {}}}))));
    auto profile = token_profile();
    profile.loads.resize(max_loads + 1);
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, profile}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, FailureReply{{}, std::string(1025, 'x'), "", "", false, {}}}))));
}

TEST(TokenProtocol, NumbersOutsideTheirEnumAreRefused) {
    const auto bad_algorithm = static_cast<KeyAlgorithm>(6);
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, GenerateRequest{bad_algorithm, "", {1}, false}}))));
    auto request = sign_request();
    request.scheme = static_cast<SignatureScheme>(3);
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, request}))));
    TokenInfo info;
    info.pin = static_cast<PinState>(4);
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, info}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, FailureReply{static_cast<Failure>(10), "", "", "", false, {}}}))));
}

TEST(TokenProtocol, ADigestOfTheWrongLengthIsRefused) {
    auto frame = encode(Framed<Request>{1, sign_request()});
    // The digest's algorithm is the 8-byte number before the last fields (4 + 48 bytes, and 4 + 16 of the log's id): sha384 becomes sha256.
    frame[frame.size() - 20 - 52 - 1] = static_cast<std::uint8_t>(DigestAlgorithm::sha256);
    EXPECT_FALSE(decode_request(body(frame)).has_value());
}

// What decodes must encode to the same bytes again: there is one form of every message, whatever the input was.
TEST(TokenProtocol, MutatedFramesNeverCrashAndWhatDecodesIsCanonical) {
    std::mt19937 random(20261123);
    const auto samples = sample_frames();
    const auto pick = [&](std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
    };
    std::size_t accepted = 0;
    for (int round = 0; round < 60'000; ++round) {
        auto frame = samples[pick(samples.size())];
        frame.erase(frame.begin(), frame.begin() + header_bytes);
        for (auto edits = 1 + pick(4); edits > 0; --edits) {
            if (frame.empty() || pick(8) == 0)
                frame.push_back(static_cast<std::uint8_t>(pick(256)));
            else if (pick(8) == 0)
                frame.resize(pick(frame.size()));
            else
                frame[pick(frame.size())] = static_cast<std::uint8_t>(pick(4) == 0 ? 0xff : pick(256));
        }
        if (auto request = decode_request(frame)) {
            EXPECT_TRUE(std::ranges::equal(body(encode(*request)), frame));
            ++accepted;
        }
        if (auto reply = decode_reply(frame)) {
            EXPECT_TRUE(std::ranges::equal(body(encode(*reply)), frame));
            ++accepted;
        }
    }
    EXPECT_GT(accepted, 1000U);  // otherwise the mutations are too coarse to mean anything
}

TEST(TokenProtocol, RandomBytesNeverDecodeToAnythingLarge) {
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        Bytes frame(random() % 300);
        for (auto& byte : frame) byte = static_cast<std::uint8_t>(random() % 5 == 0 ? random() : 0);
        if (frame.size() > 8)
            frame[8] = static_cast<std::uint8_t>(random() % 2 == 0 ? random() % 14 : 128 + random() % 11);
        (void)decode_request(frame);
        if (auto reply = decode_reply(frame)) {
            if (auto* list = std::get_if<KeyList>(&reply->message)) {
                EXPECT_LE(list->keys.size(), frame.size() / 12);
            }
        }
    }
}

}  // namespace
}  // namespace seald::token_protocol
