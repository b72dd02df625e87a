#include "daemon/sealing/seal_service.hpp"

#include "daemon/sealing/fail_over.hpp"

namespace seald {

boost::asio::awaitable<Result<std::vector<Receipt>>> SealService::seal(Caller caller, SealRequest request) {
    constexpr int most_walks = 4;  // a key is replaced once in years
    for (int walks = 1;; ++walks) {
        auto receipts = co_await walk(caller, request);
        if (receipts || receipts.error().rule != seal_replaced_rule || walks == most_walks) co_return receipts;
    }
}

boost::asio::awaitable<Result<std::vector<Receipt>>> SealService::walk(Caller caller, SealRequest request) {
    const auto policy = policies_.current();

    // The same request again gets the same signatures, not new ones.
    auto earlier = co_await find_receipts(store_, caller, request);
    if (!earlier || !earlier->empty()) co_return earlier;

    auto facts = co_await read_facts(store_, request, caller.id(), policy, clock_.now());
    if (!facts) co_return facts.error();

    auto permit = authorise(caller, request, *facts, *policy, clock_.now());
    if (!permit) co_return co_await answer_refusal(policy, std::move(request), std::move(*facts), permit.error());

    // A token that cannot sign now is said before anything is spent.
    auto place = find_ready_place(tokens_, permit->seal(), request.documents.size());
    if (!place) co_return place.error();
    const auto room = tokens_.line(place->token).make_room(caller.id(), request.documents.size());
    if (!room) co_return room.error();

    StillHolds still_holds = [&policies = policies_, policy] { return policies.check_still_holds(*policy); };
    auto intents = co_await record_intents(store_, std::move(*permit), std::move(still_holds));
    if (!intents) co_return intents.error();

    auto signed_documents = co_await sign_with_fail_over(store_, tokens_, std::move(*place), *intents, clock_);
    auto places = places_of(signed_documents);
    auto verified = verify_documents(*intents, std::move(signed_documents));

    co_return co_await record_outcomes(store_, std::move(*intents), std::move(verified), std::move(places), clock_.now());
}

// A policy may give the earlier signature back instead of refusing to seal the same digest again.
boost::asio::awaitable<Result<std::vector<Receipt>>> SealService::answer_refusal(std::shared_ptr<const Policy> policy, SealRequest request,
                                                                                      SealFacts facts, Error refusal) {
    const SealPolicy* rules = policy->find_seal_policy(facts.seal.name, facts.seal.kind);
    if (refusal.rule != "already-sealed" || rules == nullptr || rules->reseal != Reseal::return_earlier) co_return refusal;
    co_return co_await find_earlier_receipts(store_, std::move(request));
}

boost::asio::awaitable<Result<Explanation>> SealService::explain(Caller caller, SealRequest request) {
    const auto policy = policies_.current();
    auto facts = co_await read_facts(store_, request, caller.id(), policy, clock_.now());
    if (!facts) co_return facts.error();
    if (request.documents.empty() && facts->application) request.documents = facts->application->documents;
    auto objections = seald::explain(caller, request, *facts, *policy, clock_.now());
    if (auto place = find_ready_place(tokens_, facts->seal); !place) objections.push_back(place.error());
    const SealPolicy* rules = policy->find_seal_policy(facts->seal.name, facts->seal.kind);
    co_return Explanation{std::move(objections), rules != nullptr && rules->prove_with_key};
}

}  // namespace seald
