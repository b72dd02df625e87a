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
            Digest::of(DigestAlgorithm::sha384, as_bytes("contract"))};
}

TokenInfo token_info() { return {true, true, PinState::final_try, "label", "serial", "maker", "model", "1.2", "why"}; }

KeyList key_list() { return {{{{1}, "one", Bytes(91, 7)}, {{2}, "", {}}}}; }

std::vector<Bytes> sample_frames() {
    return {encode(Framed<Request>{1, HelloRequest{}}),
            encode(Framed<Request>{2, UnlockRequest{Bytes(384, 9)}}),
            encode(Framed<Request>{3, GenerateRequest{KeyAlgorithm::rsa_4096, "contract", {1, 2}}}),
            encode(Framed<Request>{4, sign_request()}),
            encode(Framed<Reply>{5, token_info()}),
            encode(Framed<Reply>{6, key_list()}),
            encode(Framed<Reply>{7, GeneratedKey{Bytes(91, 1), true, true, false, true, true}}),
            encode(Framed<Reply>{8, FailureReply{Failure::pin_locked, "words", "C_Login", "CKR_PIN_LOCKED"}})};
}

TEST(TokenProtocol, AFrameIsLengthIdVerbAndFields) {
    const auto frame = encode(Framed<Request>{0x0102, UnlockRequest{{0xaa, 0xbb}}});
    EXPECT_EQ(encode_hex(frame),
              "0000000f"
              "0000000000000102"
              "03"
              "00000002"
              "aabb");
}

TEST(TokenProtocol, RequestsSurviveTheWay) {
    reread<HelloRequest>(Request(HelloRequest{}));
    reread<PinKeyRequest>(Request(PinKeyRequest{}));
    reread<LockRequest>(Request(LockRequest{}));
    reread<ListKeysRequest>(Request(ListKeysRequest{}));
    EXPECT_EQ(reread<UnlockRequest>(Request(UnlockRequest{{5, 6}})).sealed_pin, (Bytes{5, 6}));

    const auto generate = reread<GenerateRequest>(Request(GenerateRequest{KeyAlgorithm::ec_p384, "合同", {9}}));
    EXPECT_EQ(generate.algorithm, KeyAlgorithm::ec_p384);
    EXPECT_EQ(generate.label, "合同");
    EXPECT_EQ(generate.key_id, Bytes{9});

    const auto sign = reread<SignRequest>(Request(sign_request()));
    EXPECT_EQ(sign.key_id, (Bytes{1, 2, 3}));
    EXPECT_EQ(sign.key_algorithm, KeyAlgorithm::rsa_3072);
    EXPECT_EQ(sign.scheme, SignatureScheme::rsa_pss);
    EXPECT_EQ(sign.digest, sign_request().digest);
}

TEST(TokenProtocol, TokenStateSurvivesTheWay) {
    const auto info = reread<TokenInfo>(Reply(token_info()));
    EXPECT_TRUE(info.present);
    EXPECT_TRUE(info.logged_in);
    EXPECT_EQ(info.pin, PinState::final_try);
    EXPECT_EQ(info.label + info.serial + info.manufacturer + info.model + info.firmware + info.why_absent,
              "labelserialmakermodel1.2why");
    EXPECT_EQ(reread<PinKey>(Reply(PinKey{{4}})).spki, Bytes{4});
    EXPECT_EQ(reread<Signature>(Reply(Signature{{8, 9}})).value, (Bytes{8, 9}));
}

TEST(TokenProtocol, KeysAndFailuresSurviveTheWay) {
    const auto keys = reread<KeyList>(Reply(key_list())).keys;
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].label, "one");
    EXPECT_EQ(keys[0].spki, Bytes(91, 7));
    EXPECT_TRUE(keys[1].spki.empty());

    const auto made = reread<GeneratedKey>(Reply(GeneratedKey{{1}, true, false, false, true, false}));
    EXPECT_TRUE(made.sensitive && !made.always_sensitive && !made.extractable && made.never_extractable && !made.local);

    const auto failure = reread<FailureReply>(Reply(FailureReply{Failure::bad_request, "words", "C_Sign", "CKR"}));
    EXPECT_EQ(failure.failure, Failure::bad_request);
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
    EXPECT_FALSE(decode_reply(body(encode(Framed<Request>{1, UnlockRequest{{1}}}))).has_value());
    EXPECT_FALSE(decode_request(body(encode(Framed<Reply>{1, PinKey{{1}}}))).has_value());
}

TEST(TokenProtocol, FieldsOverTheirLimitAreRefused) {
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, UnlockRequest{Bytes(max_sealed_pin_bytes + 1)}}))));
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, GenerateRequest{{}, std::string(256, 'x'), {}}}))));
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, GenerateRequest{{}, "", Bytes(256)}}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, Signature{Bytes(max_signature_bytes + 1)}}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, KeyList{{max_listed_keys + 1, KeyInfo{}}}}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, FailureReply{{}, std::string(1025, 'x'), "", ""}}))));
}

TEST(TokenProtocol, NumbersOutsideTheirEnumAreRefused) {
    const auto bad_algorithm = static_cast<KeyAlgorithm>(6);
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, GenerateRequest{bad_algorithm, "", {1}}}))));
    auto request = sign_request();
    request.scheme = static_cast<SignatureScheme>(3);
    EXPECT_FALSE(decode_request(body(encode(Framed<Request>{1, request}))));
    TokenInfo info;
    info.pin = static_cast<PinState>(4);
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, info}))));
    EXPECT_FALSE(decode_reply(body(encode(Framed<Reply>{1, FailureReply{static_cast<Failure>(9), "", "", ""}}))));
}

TEST(TokenProtocol, ADigestOfTheWrongLengthIsRefused) {
    auto frame = encode(Framed<Request>{1, sign_request()});
    // The digest's algorithm is the 8-byte number before the last field (4 + 48 bytes): sha384 becomes sha256.
    frame[frame.size() - 52 - 1] = static_cast<std::uint8_t>(DigestAlgorithm::sha256);
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
            frame[8] = static_cast<std::uint8_t>(random() % 2 == 0 ? random() % 9 : 128 + random() % 8);
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
