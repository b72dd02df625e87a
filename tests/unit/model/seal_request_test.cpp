#include "daemon/model/seal_request.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace seald {
namespace {

Document document(std::string_view content, std::string name) {
    return {Digest::of(DigestAlgorithm::sha256, as_bytes(content)), std::move(name), "application/pdf", 5};
}

SealRequest request() {
    return {.request_id = "r-1",
            .seal = SealName::decode("contract").value(),
            .application = ApplicationNumber::make(2026, 1),
            .approvals = {"token"},
            .documents = {document("a", "a.pdf"), document("b", "b.pdf")},
            .format = SignatureFormat::cms,
            .purpose = "sign it"};
}

TEST(SealRequestFingerprint, DoesNotDependOnTheRequestId) {
    SealRequest other = request();
    other.request_id = "r-2";
    EXPECT_EQ(other.fingerprint(), request().fingerprint());
}

TEST(SealRequestFingerprint, DependsOnEveryOtherField) {
    const std::function<void(SealRequest&)> changes[] = {
        [](SealRequest& r) { r.seal = SealName::decode("finance").value(); },
        [](SealRequest& r) { r.application = ApplicationNumber::make(2026, 2); },
        [](SealRequest& r) { r.application.reset(); },
        [](SealRequest& r) { r.approvals.clear(); },
        [](SealRequest& r) { r.approvals[0] = "other"; },
        [](SealRequest& r) { r.approvals.push_back(""); },
        [](SealRequest& r) { std::swap(r.documents[0], r.documents[1]); },
        [](SealRequest& r) { r.documents.pop_back(); },
        [](SealRequest& r) { r.documents[0].digest = Digest::of(DigestAlgorithm::sha512, as_bytes("a")); },
        [](SealRequest& r) { r.documents[0].name = "c.pdf"; },
        [](SealRequest& r) { r.documents[0].media_type.clear(); },
        [](SealRequest& r) { r.documents[0].size.reset(); },
        [](SealRequest& r) { r.documents[0].size = 6; },
        [](SealRequest& r) { r.format = SignatureFormat::raw; },
        [](SealRequest& r) { r.purpose += "!"; },
    };
    std::set<Digest> seen = {request().fingerprint()};
    for (const auto& change : changes) {
        SealRequest changed = request();
        change(changed);
        EXPECT_TRUE(seen.insert(changed.fingerprint()).second) << "change " << seen.size();
    }
}

TEST(SealRequestFingerprint, BytesCannotMoveFromOneFieldToTheNext) {
    SealRequest one = request(), two = request();
    one.documents[0].name = "ab";
    one.documents[0].media_type = "c";
    two.documents[0].name = "a";
    two.documents[0].media_type = "bc";
    EXPECT_NE(one.fingerprint(), two.fingerprint());
    one = two = request();
    one.approvals = {"a", "b"};
    two.approvals = {"ab"};
    EXPECT_NE(one.fingerprint(), two.fingerprint());
}

}  // namespace
}  // namespace seald
