#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

HttpResponse shown(const Seal& seal, const Clock& clock, int status = 200) {
    return json_response(views::seal(seal, check_in_force(seal, clock.now())), status);
}

asio::awaitable<Result<HttpResponse>> list_seals(SealRegister& seals, const Clock& clock) {
    auto list = co_await seals.list();
    if (!list) co_return list.error();
    json::array array;
    for (const auto& seal : *list) array.push_back(views::seal(seal, check_in_force(seal, clock.now())));
    co_return json_response({{"seals", std::move(array)}});
}

asio::awaitable<Result<HttpResponse>> show_state_at(SealRegister& seals, SealName name, std::string when) {
    auto time = decode_rfc3339(when);
    if (!time) co_return time.error();
    auto then = co_await seals.state_at(name, *time);
    if (!then) co_return then.error();
    co_return json_response(views::state_then(name, *time, *then));
}

asio::awaitable<Result<HttpResponse>> show_seal(SealRegister& seals, Rotation& rotation, PictureDesk& pictures, const Clock& clock, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    if (auto at = call.query.find("at"); at != call.query.end()) co_return co_await show_state_at(seals, *name, at->second);
    auto seal = co_await seals.find(*name);
    if (!seal) co_return seal.error();
    auto others = co_await rotation.versions(*name);
    if (!others) co_return others.error();
    auto body = views::seal(*seal, check_in_force(*seal, clock.now()));
    body["versions"] = views::versions(*seal, *others);
    auto picture = co_await pictures.find(*name);
    if (!picture) co_return picture.error();
    body["picture"] = *picture ? json::value(views::picture(**picture)) : json::value(nullptr);
    co_return json_response(std::move(body));
}

asio::awaitable<Result<HttpResponse>> make_seal(SealMaker& maker, const Clock& clock, Call call) {
    auto wanted = requests::decode_new_seal(call.body);
    if (!wanted) co_return wanted.error();
    auto made = co_await maker.make(std::move(call.caller), std::move(*wanted));
    if (!made) co_return made.error();
    co_return json_response(views::made_seal(*made, check_in_force(made->seal, clock.now())), 201);
}

asio::awaitable<Result<HttpResponse>> enrol_seal(SealMaker& maker, const Clock& clock, Call call) {
    auto known = requests::decode_known_key(call.body);
    if (!known) co_return known.error();
    auto seal = co_await maker.enrol(std::move(call.caller), std::move(*known));
    if (!seal) co_return seal.error();
    co_return shown(*seal, clock, 201);
}

asio::awaitable<Result<HttpResponse>> import_certificate(SealMaker& maker, Rotation& rotation, const Clock& clock, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto pem = requests::decode_pem(call.body);
    if (!pem) co_return pem.error();
    auto waits = co_await rotation.waits(*name);
    if (!waits) co_return waits.error();
    if (*waits) {
        auto version = co_await rotation.import_certificate(std::move(call.caller), *name, std::move(*pem));
        if (!version) co_return version.error();
        co_return json_response({{"seal", name->str()}, {"version", views::version(*version)}});
    }
    auto seal = co_await maker.import_certificate(std::move(call.caller), *name, std::move(*pem));
    if (!seal) co_return seal.error();
    co_return shown(*seal, clock);
}

asio::awaitable<Result<HttpResponse>> request_certificate(SealMaker& maker, Rotation& rotation, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    if (auto nothing = requests::decode_nothing(call.body); !nothing) co_return nothing.error();
    auto waits = co_await rotation.waits(*name);
    if (!waits) co_return waits.error();
    Result<std::string> csr = std::string();
    if (*waits) csr = co_await rotation.request_certificate(std::move(call.caller), *name);
    else csr = co_await maker.request_certificate(std::move(call.caller), *name);
    if (!csr) co_return csr.error();
    co_return json_response({{"csr", *csr}});
}

asio::awaitable<Result<HttpResponse>> act_on_seal(SealRegister& seals, const Clock& clock, SealAct act, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto request = requests::decode_seal_act(act, call.body);
    if (!request) co_return request.error();
    auto seal = co_await seals.act(std::move(call.caller), *name, std::move(*request));
    if (!seal) co_return seal.error();
    co_return shown(*seal, clock);
}

}  // namespace

void add_seal_routes(Router& router, SealRegister& seals, SealMaker& maker, Rotation& rotation, PictureDesk& pictures, const Clock& clock) {
    router.add("GET", "/v1/seals", [&](Call) { return list_seals(seals, clock); });
    router.add("GET", "/v1/seals/{name}", [&](Call call) { return show_seal(seals, rotation, pictures, clock, std::move(call)); });
    router.add("POST", "/v1/seals", [&](Call call) { return make_seal(maker, clock, std::move(call)); });
    router.add("POST", "/v1/enrolments", [&](Call call) { return enrol_seal(maker, clock, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/certificate", [&](Call call) { return import_certificate(maker, rotation, clock, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/csr", [&](Call call) { return request_certificate(maker, rotation, std::move(call)); });
    for (SealAct act : {SealAct::file, SealAct::suspend})
        router.add("POST", "/v1/seals/{name}/" + std::string(to_string(act)),
                   [&seals, &clock, act](Call call) { return act_on_seal(seals, clock, act, std::move(call)); });
}

}  // namespace seald
