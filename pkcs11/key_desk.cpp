#include "pkcs11/key_desk.hpp"

#include <cstdio>

#include "pkcs11/key_destruction.hpp"
#include "pkcs11/probe.hpp"
#include "pkcs11/signing.hpp"
#include "pkcs11/token.hpp"

namespace seald {

using namespace token_protocol;

namespace {

template <class T>
Reply to_reply_message(Outcome<T> outcome) {
    if (!outcome) return to_reply(outcome.error());
    return std::move(*outcome);
}

// The daemon's log says it too, under the same request; here it stands beside what the module writes to stderr.
void say_what_failed(const SignRequest& request, const TokenError& error) {
    const std::string id = request.log_id.empty() ? "-" : printable(request.log_id);
    const std::string line = "seald-token: request=" + id + " not signed: " + (error.call.empty() ? error.words : trace_of(error)) + "\n";
    std::fputs(line.c_str(), stderr);
}

}  // namespace

template <class Work>
auto KeyDesk::with_writing_session(Work work) -> decltype(work(std::declval<const Session&>(), CK_SLOT_ID{})) {
    auto loan = pool_.borrow();
    if (!loan) return loan.error();
    loan->give_up_session();  // a token may allow no more than those
    const auto session = Session::open(module_, loan->slot(), SessionKind::read_write);
    if (!session) {
        loan->discard_after(session.error());
        return session.error();
    }
    auto done = work(*session, loan->slot());
    if (!done) loan->discard_after(done.error());
    return done;
}

Reply KeyDesk::answer(const Request& request) {
    struct Visitor {
        KeyDesk& desk;
        Reply operator()(const SignRequest& r) {
            auto signature = sign(desk.pool_, r);
            if (!signature) say_what_failed(r, signature.error());
            return to_reply_message(std::move(signature));
        }
        Reply operator()(const ListKeysRequest&) { return to_reply_message(desk.list()); }
        Reply operator()(const GenerateRequest& r) { return to_reply_message(desk.generate(r)); }
        Reply operator()(const WrappingKeyRequest&) { return to_reply_message(desk.make_wrapping_key()); }
        Reply operator()(const WrapRequest& r) { return to_reply_message(desk.wrap(r)); }
        Reply operator()(const UnwrapRequest& r) { return to_reply_message(desk.unwrap(r)); }
        Reply operator()(const DestroyRequest& r) { return to_reply_message(desk.destroy(r)); }
        Reply operator()(const CountRequest& r) { return to_reply_message(desk.count(r)); }
        Reply operator()(const ProbeRequest& r) { return to_reply_message(desk.probe(r)); }
        Reply not_about_keys() { return to_reply(refused(Failure::bad_request, "this is not about keys")); }
        Reply operator()(const HelloRequest&) { return not_about_keys(); }
        Reply operator()(const WatchRequest&) { return not_about_keys(); }
        Reply operator()(const PinKeyRequest&) { return not_about_keys(); }
        Reply operator()(const UnlockRequest&) { return not_about_keys(); }
        Reply operator()(const LockRequest&) { return not_about_keys(); }
    };
    return std::visit(Visitor{*this}, request);
}

Outcome<KeyList> KeyDesk::list() {
    auto loan = pool_.borrow();
    if (!loan) return loan.error();
    auto keys = list_keys((**loan).session);
    if (!keys) loan->discard_after(keys.error());
    return keys;
}

Outcome<GeneratedKey> KeyDesk::generate(const GenerateRequest& request) {
    return with_writing_session([&](const Session& session, CK_SLOT_ID) { return generate_key(session, request); });
}

Outcome<WrappingKey> KeyDesk::make_wrapping_key() {
    return with_writing_session(
        [&](const Session&, CK_SLOT_ID slot) { return transfer_.make_wrapping_key(module_, slot); });
}

Outcome<WrappedKey> KeyDesk::wrap(const WrapRequest& request) {
    return with_writing_session([&](const Session& session, CK_SLOT_ID) { return wrap_key(session, request); });
}

Outcome<GeneratedKey> KeyDesk::unwrap(const UnwrapRequest& request) {
    return with_writing_session([&](const Session& session, CK_SLOT_ID) { return transfer_.unwrap(session, request); });
}

Outcome<KeyGone> KeyDesk::destroy(const DestroyRequest& request) {
    return with_writing_session([&](const Session& session, CK_SLOT_ID) { return destroy_key(session, request); });
}

Outcome<SignatureCount> KeyDesk::count(const CountRequest& request) {
    auto loan = pool_.borrow();
    if (!loan) return loan.error();
    auto count = read_signature_count((**loan).session, request);
    if (!count) loan->discard_after(count.error());
    return count;
}

Outcome<TokenProfile> KeyDesk::probe(const ProbeRequest& request) {
    const auto pin = pool_.pin();
    return with_writing_session([&](const Session& session, CK_SLOT_ID slot) {
        return probe_token(module_, session, slot, request, pin.get());
    });
}

}  // namespace seald
