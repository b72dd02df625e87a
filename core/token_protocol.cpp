#include "core/token_protocol.hpp"

#include <type_traits>

namespace seald::token_protocol {
namespace {

// The byte that follows the id: a message's place in its variant, requests from 1, replies from 129. They share no
// numbers, so that an echoed frame cannot pass.
template <class Message>
constexpr std::uint8_t first_verb = std::is_same_v<Message, Request> ? 1 : 129;

static_assert(9 + 12 + max_listed_keys * (max_key_id_bytes + max_label_bytes + max_spki_bytes + 12) <= max_frame_bytes,
              "the longest list of keys fits one frame");

// Writer and Reader offer the same fields, so that each message is described once, in fields().
class Writer {
  public:
    Writer(std::uint64_t id, std::uint8_t verb) : frame_(header_bytes) {
        append(id, 8);
        frame_.push_back(verb);
    }
    void bytes(const Bytes& content, std::size_t) { raw(content); }
    void text(const std::string& content, std::size_t) { raw(as_bytes(content)); }
    void number(std::uint64_t value) {
        append(8, 4);
        append(value, 8);
    }
    void flag(bool value) { number(value ? 1 : 0); }
    template <class Enum>
    void choice(Enum value, Enum) {
        number(static_cast<std::uint64_t>(value));
    }
    void digest(const Digest& digest) {
        choice(digest.algorithm(), DigestAlgorithm::sha512);
        raw(digest.bytes());
    }
    template <class T, class Each>
    void list(const std::vector<T>& elements, std::size_t, Each each) {
        number(elements.size());
        for (const auto& element : elements) each(*this, element);
    }
    Bytes finish() && {
        const auto length = frame_.size() - header_bytes;
        for (std::size_t i = 0; i < header_bytes; ++i) {
            frame_[i] = static_cast<std::uint8_t>(length >> (8 * (header_bytes - 1 - i)));
        }
        return std::move(frame_);
    }

  private:
    void raw(BytesView content) {
        append(content.size(), 4);
        frame_.insert(frame_.end(), content.begin(), content.end());
    }
    void append(std::uint64_t value, int width) {
        for (int i = width - 1; i >= 0; --i) frame_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    Bytes frame_;
};

// Takes the fields in order; after the first mistake everything is empty and finished() reports it.
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
    void bytes(Bytes& content, std::size_t limit) {
        const auto found = view(limit);
        content.assign(found.begin(), found.end());
    }
    void text(std::string& content, std::size_t limit) { content = as_text(view(limit)); }
    void number(std::uint64_t& value) { value = take(4) == 8 ? take(8) : (fail(), 0); }
    void flag(bool& value) { value = number_up_to(1) == 1; }
    // The enumerators are numbered from zero without gaps.
    template <class Enum>
    void choice(Enum& value, Enum last) {
        value = static_cast<Enum>(number_up_to(static_cast<std::uint64_t>(last)));
    }
    void digest(Digest& digest) {
        auto algorithm = DigestAlgorithm::sha256;
        choice(algorithm, DigestAlgorithm::sha512);
        auto found = Digest::from_bytes(algorithm, view(64));
        if (found) digest = *found;
        if (!found) fail();
    }
    template <class T, class Each>
    void list(std::vector<T>& elements, std::size_t limit, Each each) {
        for (auto count = number_up_to(limit); count > 0 && !failed_; --count) each(*this, elements.emplace_back());
    }
    bool finished() const { return !failed_ && rest_.empty(); }

  private:
    void fail() { failed_ = true; }
    BytesView view(std::size_t limit) {
        const auto length = take(4);
        if (failed_ || length > limit || length > rest_.size()) return fail(), BytesView{};
        const auto content = rest_.first(static_cast<std::size_t>(length));
        rest_ = rest_.subspan(content.size());
        return content;
    }
    std::uint64_t number_up_to(std::uint64_t limit) {
        std::uint64_t value = 0;
        number(value);
        return value > limit ? (fail(), 0) : value;
    }
    BytesView rest_;
    bool failed_ = false;
};

// --- what each message consists of, in order ----------------------------------------------------------
template <class Message, class T>
concept Is = std::is_same_v<std::remove_const_t<Message>, T>;

template <class Wire, class M>
requires std::is_empty_v<M>
void fields(Wire&, M&) {}

template <class Wire, Is<UnlockRequest> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.sealed_pin, max_sealed_pin_bytes);
    wire.flag(m.final_try);
    wire.bytes(m.pin_salt, pin_print_bytes);
    wire.list(m.refused, max_refused_pins, [](Wire& w, auto& print) { w.bytes(print, pin_print_bytes); });
    wire.text(m.expected.serial, max_label_bytes);
    wire.text(m.expected.manufacturer, max_label_bytes);
    wire.text(m.expected.model, max_label_bytes);
    wire.bytes(m.expected.key_id, max_key_id_bytes);
    wire.bytes(m.expected.spki, max_spki_bytes);
}
template <class Wire, Is<GenerateRequest> M>
void fields(Wire& wire, M& m) {
    wire.choice(m.algorithm, KeyAlgorithm::ed25519);
    wire.text(m.label, max_label_bytes);
    wire.bytes(m.key_id, max_key_id_bytes);
    wire.flag(m.wrappable);
}
template <class Wire, Is<SignRequest> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.key_id, max_key_id_bytes);
    wire.choice(m.key_algorithm, KeyAlgorithm::ed25519);
    wire.choice(m.scheme, SignatureScheme::rsa_pss);
    wire.digest(m.digest);
    wire.text(m.log_id, max_log_id_bytes);
}
template <class Wire, Is<WrapRequest> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.key_id, max_key_id_bytes);
    wire.bytes(m.wrapping_spki, max_spki_bytes);
}
template <class Wire, Is<UnwrapRequest> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.wrapped_secret, max_wrapped_bytes);
    wire.bytes(m.wrapped_key, max_wrapped_bytes);
    wire.text(m.label, max_label_bytes);
    wire.bytes(m.key_id, max_key_id_bytes);
    wire.bytes(m.spki, max_spki_bytes);
}
template <class Wire, Is<DestroyRequest> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.key_id, max_key_id_bytes);
    wire.bytes(m.spki, max_spki_bytes);
}
template <class Wire, Is<CountRequest> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.key_id, max_key_id_bytes);
    wire.number(m.attribute);
}
template <class Wire, Is<SignatureCount> M>
void fields(Wire& wire, M& m) { wire.number(m.count); }
template <class Wire, Is<KeyGone> M>
void fields(Wire& wire, M& m) { wire.number(m.destroyed); }
template <class Wire, Is<ProbeRequest> M>
void fields(Wire& wire, M& m) {
    wire.number(m.seconds);
    wire.bytes(m.key_id, max_key_id_bytes);
}
template <class Wire, Is<TokenInfo> M>
void fields(Wire& wire, M& m) {
    wire.flag(m.present);
    wire.flag(m.logged_in);
    wire.choice(m.pin, PinState::locked);
    for (auto* field : {&m.label, &m.serial, &m.manufacturer, &m.model, &m.firmware}) wire.text(*field, max_label_bytes);
    wire.text(m.why_absent, max_words_bytes);
    wire.text(m.trouble, max_label_bytes);
}
template <class Wire, class M>
requires Is<M, PinKey> || Is<M, WrappingKey>
void fields(Wire& wire, M& m) {
    wire.bytes(m.spki, max_spki_bytes);
}
template <class Wire, Is<KeyList> M>
void fields(Wire& wire, M& m) {
    wire.list(m.keys, max_listed_keys, [](Wire& w, auto& key) {
        w.bytes(key.key_id, max_key_id_bytes);
        w.text(key.label, max_label_bytes);
        w.bytes(key.spki, max_spki_bytes);
    });
}
template <class Wire, Is<GeneratedKey> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.spki, max_spki_bytes);
    for (auto* flag : {&m.sensitive, &m.always_sensitive, &m.extractable, &m.never_extractable, &m.local}) wire.flag(*flag);
}
template <class Wire, Is<Signature> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.value, max_signature_bytes);
    wire.text(m.renewed, max_label_bytes);
}
template <class Wire, Is<WrappedKey> M>
void fields(Wire& wire, M& m) {
    wire.bytes(m.wrapped_secret, max_wrapped_bytes);
    wire.bytes(m.wrapped_key, max_wrapped_bytes);
}
template <class Wire, Is<TokenProfile> M>
void fields(Wire& wire, M& m) {
    wire.number(m.sessions);
    wire.flag(m.slot_events);
    wire.number(m.recovery_us);
    wire.choice(m.algorithm, KeyAlgorithm::ed25519);
    wire.list(m.loads, max_loads, [](Wire& w, auto& load) {
        for (auto* n : {&load.threads, &load.signatures, &load.failures, &load.milliseconds, &load.p50_us, &load.p99_us})
            w.number(*n);
    });
    wire.list(m.mechanisms, max_mechanisms, [](Wire& w, auto& name) { w.text(name, max_label_bytes); });
}
template <class Wire, Is<FailureReply> M>
void fields(Wire& wire, M& m) {
    wire.choice(m.failure, Failure::wrong_token);
    wire.text(m.words, max_words_bytes);
    wire.text(m.call, max_label_bytes);
    wire.text(m.ckr, max_label_bytes);
    wire.flag(m.pin_sent);
    wire.bytes(m.pin_print, pin_print_bytes);
}

// --- frames ---------------------------------------------------------------------------------------------------------
Error bad_frame() { return malformed("token protocol: the frame does not decode"); }

template <class Message>
Message blank() {
    if constexpr (std::is_same_v<Message, SignRequest>)
        return {{}, {}, {}, Digest::of(DigestAlgorithm::sha256, {})};
    else
        return {};
}

template <class Message>
Bytes encode_framed(const Framed<Message>& framed) {
    Writer out(framed.id, static_cast<std::uint8_t>(first_verb<Message> + framed.message.index()));
    std::visit([&](const auto& message) { fields(out, message); }, framed.message);
    return std::move(out).finish();
}

template <class Message, std::size_t place = 0>
Result<Message> read_message(std::uint64_t verb, Reader& in) {
    if constexpr (place == std::variant_size_v<Message>) {
        return bad_frame();
    } else {
        if (verb != first_verb<Message> + place) return read_message<Message, place + 1>(verb, in);
        auto message = blank<std::variant_alternative_t<place, Message>>();
        fields(in, message);
        return Message(std::move(message));
    }
}

template <class Message>
Result<Framed<Message>> decode_framed(BytesView frame) {
    if (frame.size() > max_frame_bytes) return bad_frame();
    Reader in(frame);
    const auto id = in.take(8);
    const auto verb = in.take(1);
    auto message = read_message<Message>(verb, in);
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

Result<Framed<Request>> decode_request(BytesView frame) { return decode_framed<Request>(frame); }
Result<Framed<Reply>> decode_reply(BytesView frame) { return decode_framed<Reply>(frame); }

}  // namespace seald::token_protocol
