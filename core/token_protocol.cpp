#include "core/token_protocol.hpp"

#include <type_traits>

namespace seald::token_protocol {
namespace {

// The byte that follows the id. Requests and replies do not share numbers, so that an echoed frame cannot pass.
enum class Verb : std::uint8_t {
    hello = 1,
    pin_key = 2,
    unlock = 3,
    lock = 4,
    list_keys = 5,
    generate = 6,
    sign = 7,
    token_info = 129,
    pin_key_reply = 130,
    key_list = 131,
    generated_key = 132,
    signature = 133,
    failure = 134,
};

static_assert(9 + 12 + max_listed_keys * (max_key_id_bytes + max_label_bytes + max_spki_bytes + 12) <= max_frame_bytes,
              "the longest list of keys fits one frame");

class Writer {
  public:
    Writer(std::uint64_t id, Verb verb) : frame_(header_bytes) {
        append(id, 8);
        frame_.push_back(static_cast<std::uint8_t>(verb));
    }
    void bytes(BytesView content) {
        append(content.size(), 4);
        frame_.insert(frame_.end(), content.begin(), content.end());
    }
    void text(std::string_view content) { bytes(as_bytes(content)); }
    void number(std::uint64_t value) {
        append(8, 4);
        append(value, 8);
    }
    template <class Enum>
    void choice(Enum value) {
        number(static_cast<std::uint64_t>(value));
    }
    Bytes finish() && {
        const auto length = frame_.size() - header_bytes;
        for (std::size_t i = 0; i < header_bytes; ++i) {
            frame_[i] = static_cast<std::uint8_t>(length >> (8 * (header_bytes - 1 - i)));
        }
        return std::move(frame_);
    }

  private:
    void append(std::uint64_t value, int width) {
        for (int i = width - 1; i >= 0; --i) frame_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    Bytes frame_;
};

// Takes the fields in order; after the first mistake everything is empty and finish() reports it.
class Reader {
  public:
    explicit Reader(BytesView frame) : rest_(frame) {}

    std::uint64_t take(std::size_t width) {
        if (failed_ || rest_.size() < width) return fail(), 0;
        std::uint64_t value = 0;
        for (auto byte : rest_.first(width)) value = (value << 8) | byte;
        rest_ = rest_.subspan(width);
        return value;
    }
    BytesView view(std::size_t limit) {
        const auto length = take(4);
        if (failed_ || length > limit || length > rest_.size()) return fail(), BytesView{};
        const auto content = rest_.first(static_cast<std::size_t>(length));
        rest_ = rest_.subspan(content.size());
        return content;
    }
    Bytes bytes(std::size_t limit) {
        const auto content = view(limit);
        return {content.begin(), content.end()};
    }
    std::string text(std::size_t limit) { return std::string(as_text(view(limit))); }
    std::uint64_t number(std::uint64_t limit) {
        if (take(4) != 8) return fail(), 0;
        const auto value = take(8);
        return value > limit ? (fail(), 0) : value;
    }
    bool boolean() { return number(1) == 1; }
    // The enumerators are numbered from zero without gaps.
    template <class Enum>
    Enum choice(Enum last) {
        return static_cast<Enum>(number(static_cast<std::uint64_t>(last)));
    }
    bool failed() const { return failed_; }
    bool finished() const { return !failed_ && rest_.empty(); }

  private:
    void fail() { failed_ = true; }
    BytesView rest_;
    bool failed_ = false;
};

Error bad_frame() { return malformed("token protocol: the frame does not decode"); }

// --- encoding, one overload per message ---------------------------------------------------------------------------
Verb verb_of(const HelloRequest&) { return Verb::hello; }
Verb verb_of(const PinKeyRequest&) { return Verb::pin_key; }
Verb verb_of(const UnlockRequest&) { return Verb::unlock; }
Verb verb_of(const LockRequest&) { return Verb::lock; }
Verb verb_of(const ListKeysRequest&) { return Verb::list_keys; }
Verb verb_of(const GenerateRequest&) { return Verb::generate; }
Verb verb_of(const SignRequest&) { return Verb::sign; }
Verb verb_of(const TokenInfo&) { return Verb::token_info; }
Verb verb_of(const PinKey&) { return Verb::pin_key_reply; }
Verb verb_of(const KeyList&) { return Verb::key_list; }
Verb verb_of(const GeneratedKey&) { return Verb::generated_key; }
Verb verb_of(const Signature&) { return Verb::signature; }
Verb verb_of(const FailureReply&) { return Verb::failure; }

template <class Empty>
requires std::is_empty_v<Empty>
void write_fields(Writer&, const Empty&) {}
void write_fields(Writer& out, const UnlockRequest& m) { out.bytes(m.sealed_pin); }
void write_fields(Writer& out, const GenerateRequest& m) {
    out.choice(m.algorithm);
    out.text(m.label);
    out.bytes(m.key_id);
}
void write_fields(Writer& out, const SignRequest& m) {
    out.bytes(m.key_id);
    out.choice(m.key_algorithm);
    out.choice(m.scheme);
    out.choice(m.digest.algorithm());
    out.bytes(m.digest.bytes());
}
void write_fields(Writer& out, const TokenInfo& m) {
    out.number(m.present);
    out.number(m.logged_in);
    out.choice(m.pin);
    for (const auto* field : {&m.label, &m.serial, &m.manufacturer, &m.model, &m.firmware, &m.why_absent}) {
        out.text(*field);
    }
}
void write_fields(Writer& out, const PinKey& m) { out.bytes(m.spki); }
void write_fields(Writer& out, const KeyList& m) {
    out.number(m.keys.size());
    for (const auto& key : m.keys) {
        out.bytes(key.key_id);
        out.text(key.label);
        out.bytes(key.spki);
    }
}
void write_fields(Writer& out, const GeneratedKey& m) {
    out.bytes(m.spki);
    for (bool flag : {m.sensitive, m.always_sensitive, m.extractable, m.never_extractable, m.local}) out.number(flag);
}
void write_fields(Writer& out, const Signature& m) { out.bytes(m.value); }
void write_fields(Writer& out, const FailureReply& m) {
    out.choice(m.failure);
    out.text(m.words);
    out.text(m.call);
    out.text(m.ckr);
}

template <class Message>
Bytes encode_framed(const Framed<Message>& framed) {
    return std::visit(
        [&](const auto& message) {
            Writer out(framed.id, verb_of(message));
            write_fields(out, message);
            return std::move(out).finish();
        },
        framed.message);
}

// --- decoding -----------------------------------------------------------------------------------------------------
GenerateRequest read_generate(Reader& in) {
    GenerateRequest m;
    m.algorithm = in.choice(KeyAlgorithm::ed25519);
    m.label = in.text(max_label_bytes);
    m.key_id = in.bytes(max_key_id_bytes);
    return m;
}

Result<Request> read_sign(Reader& in) {
    auto key_id = in.bytes(max_key_id_bytes);
    const auto key_algorithm = in.choice(KeyAlgorithm::ed25519);
    const auto scheme = in.choice(SignatureScheme::rsa_pss);
    const auto digest_algorithm = in.choice(DigestAlgorithm::sha512);
    auto digest = Digest::from_bytes(digest_algorithm, in.view(64));
    if (!digest) return bad_frame();
    return SignRequest{std::move(key_id), key_algorithm, scheme, *digest};
}

TokenInfo read_token_info(Reader& in) {
    TokenInfo m;
    m.present = in.boolean();
    m.logged_in = in.boolean();
    m.pin = in.choice(PinState::locked);
    for (auto* field : {&m.label, &m.serial, &m.manufacturer, &m.model, &m.firmware}) {
        *field = in.text(max_label_bytes);
    }
    m.why_absent = in.text(max_words_bytes);
    return m;
}

KeyList read_key_list(Reader& in) {
    KeyList m;
    for (auto count = in.number(max_listed_keys); count > 0 && !in.failed(); --count) {
        KeyInfo key;
        key.key_id = in.bytes(max_key_id_bytes);
        key.label = in.text(max_label_bytes);
        key.spki = in.bytes(max_spki_bytes);
        m.keys.push_back(std::move(key));
    }
    return m;
}

GeneratedKey read_generated_key(Reader& in) {
    GeneratedKey m;
    m.spki = in.bytes(max_spki_bytes);
    for (auto* flag : {&m.sensitive, &m.always_sensitive, &m.extractable, &m.never_extractable, &m.local}) {
        *flag = in.boolean();
    }
    return m;
}

FailureReply read_failure(Reader& in) {
    FailureReply m;
    m.failure = in.choice(Failure::bad_request);
    m.words = in.text(max_words_bytes);
    m.call = in.text(max_label_bytes);
    m.ckr = in.text(max_label_bytes);
    return m;
}

Result<Request> read_request(std::uint64_t verb, Reader& in) {
    // A peer's byte need not be one of our enumerators, so the comparison is between numbers.
    const auto is = [verb](Verb known) { return verb == static_cast<std::uint64_t>(known); };
    if (is(Verb::hello)) return HelloRequest{};
    if (is(Verb::pin_key)) return PinKeyRequest{};
    if (is(Verb::unlock)) return UnlockRequest{in.bytes(max_sealed_pin_bytes)};
    if (is(Verb::lock)) return LockRequest{};
    if (is(Verb::list_keys)) return ListKeysRequest{};
    if (is(Verb::generate)) return read_generate(in);
    if (is(Verb::sign)) return read_sign(in);
    return bad_frame();
}

Result<Reply> read_reply(std::uint64_t verb, Reader& in) {
    const auto is = [verb](Verb known) { return verb == static_cast<std::uint64_t>(known); };
    if (is(Verb::token_info)) return read_token_info(in);
    if (is(Verb::pin_key_reply)) return PinKey{in.bytes(max_spki_bytes)};
    if (is(Verb::key_list)) return read_key_list(in);
    if (is(Verb::generated_key)) return read_generated_key(in);
    if (is(Verb::signature)) return Signature{in.bytes(max_signature_bytes)};
    if (is(Verb::failure)) return read_failure(in);
    return bad_frame();
}

template <class Message>
Result<Framed<Message>> decode_framed(BytesView frame, Result<Message> (*read)(std::uint64_t, Reader&)) {
    if (frame.size() > max_frame_bytes) return bad_frame();
    Reader in(frame);
    const auto id = in.take(8);
    const auto verb = in.take(1);
    auto message = read(verb, in);
    if (!message || !in.finished()) return bad_frame();
    return Framed<Message>{id, std::move(*message)};
}

}  // namespace

Bytes encode(const Framed<Request>& request) { return encode_framed(request); }
Bytes encode(const Framed<Reply>& reply) { return encode_framed(reply); }

Result<std::size_t> decode_length(std::span<const std::uint8_t, header_bytes> header) {
    std::size_t length = 0;
    for (auto byte : header) length = (length << 8) | byte;
    if (length == 0 || length > max_frame_bytes)
        return malformed("token protocol: a frame of a length that is not allowed");
    return length;
}

Result<Framed<Request>> decode_request(BytesView frame) { return decode_framed<Request>(frame, read_request); }
Result<Framed<Reply>> decode_reply(BytesView frame) { return decode_framed<Reply>(frame, read_reply); }

}  // namespace seald::token_protocol
