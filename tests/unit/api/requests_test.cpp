#include "daemon/api/requests.hpp"

#include <gtest/gtest.h>

namespace seald::requests {
namespace {

const SealName contract = SealName::decode("contract").value();
const std::string hash(64, 'a');
const std::string document = R"({"name":"contract.pdf","digest":{"alg":"sha256","value":")" + hash + R"("}})";

ErrorCode refused(const std::string& body) {
    const auto decoded = decode_seal_request(contract, body);
    EXPECT_FALSE(decoded) << body;
    return decoded ? ErrorCode::internal : decoded.error().code;
}

TEST(SealRequestBody, IsTakenApartIntoTypes) {
    const auto request = decode_seal_request(
        contract, R"({"application":"A-2026-0001","request_id":"r-1","purpose":"銷售合同","format":"cms","documents":[)" + document + "]}");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->application->str(), "A-2026-0001");
    EXPECT_EQ(request->documents.at(0).digest.hex(), hash);
    EXPECT_EQ(request->documents.at(0).name, "contract.pdf");
    EXPECT_EQ(request->purpose, "銷售合同");
}
TEST(SealRequestBody, NamesEitherAnApplicationOrApprovals) {
    EXPECT_EQ(refused(R"({"request_id":"r","documents":[)" + document + "]}"), ErrorCode::malformed);
    EXPECT_EQ(refused(R"({"application":"A-2026-0001","approvals":["x"],"request_id":"r","documents":[)" + document + "]}"), ErrorCode::malformed);
    EXPECT_EQ(refused(R"({"approvals":[],"request_id":"r","documents":[)" + document + "]}"), ErrorCode::malformed);
    EXPECT_EQ(refused(R"({"approvals":[1],"request_id":"r","documents":[)" + document + "]}"), ErrorCode::malformed);
}
TEST(SealRequestBody, IsForASignatureThatIsMadeHere) {
    EXPECT_EQ(refused(R"({"application":"A-2026-0001","request_id":"r","format":"pdf","documents":[)" + document + "]}"), ErrorCode::unacceptable);
}
TEST(SealRequestBody, NeedsDocumentsAndARequestId) {
    EXPECT_EQ(refused(R"({"application":"A-2026-0001","request_id":"r"})"), ErrorCode::malformed);
    EXPECT_EQ(refused(R"({"application":"A-2026-0001","request_id":"r","documents":[]})"), ErrorCode::malformed);
    EXPECT_EQ(refused(R"({"application":"A-2026-0001","documents":[)" + document + "]}"), ErrorCode::malformed);
    EXPECT_EQ(refused(R"({"application":"A-2026-0001","request_id":"","documents":[)" + document + "]}"), ErrorCode::malformed);
}
TEST(SealRequestBody, TellsUnknownFromUnacceptable) {
    EXPECT_EQ(refused(R"({"application":"A-2026-0001","request_id":"r","documents":[{"name":"f","digest":{"alg":"md5","value":"00"}}]})"),
              ErrorCode::unacceptable);
    EXPECT_EQ(refused(R"({"application":"2026/1","request_id":"r","documents":[)" + document + "]}"), ErrorCode::malformed);
    EXPECT_EQ(refused(R"({"application":"A-2026-0001","request_id":"r","documents":[{"name":"a\u0000b","digest":{"alg":"sha256","value":")" + hash +
                      R"("}}]})"),
              ErrorCode::malformed);
}
TEST(ExplainBody, MayLeaveTheDocumentsOutWithAnApplicationOnly) {
    EXPECT_TRUE(decode_explain_request(contract, R"({"application":"A-2026-0001"})"));
    EXPECT_FALSE(decode_explain_request(contract, R"({"approvals":["x"]})"));
    EXPECT_FALSE(decode_explain_request(contract, R"({"application":"A-2026-0001","request_id":"r"})"));
}
TEST(NewSealBody, IsMadeWithACertificateOrARequestForOne) {
    const std::string common = R"("name":"contract","kind":"contract","title":"合同專用章","owner":"Example","token":"usb-1","algorithm":)";
    EXPECT_EQ(decode_new_seal("{" + common + R"("ec-p256","self_signed_days":30})").value().self_signed_days, 30);
    EXPECT_EQ(decode_new_seal("{" + common + R"("ec-p256","csr":true})").value().self_signed_days, std::nullopt);
    EXPECT_FALSE(decode_new_seal("{" + common + R"("ec-p256"})"));
    EXPECT_FALSE(decode_new_seal("{" + common + R"("ec-p256","csr":true,"self_signed_days":30})"));
    EXPECT_FALSE(decode_new_seal("{" + common + R"("ec-p256","self_signed_days":0})"));
    EXPECT_EQ(decode_new_seal("{" + common + R"("ed25519","csr":true})").error().code, ErrorCode::unacceptable);
    EXPECT_EQ(decode_new_seal("{" + common + R"("rsa-1024","csr":true})").error().code, ErrorCode::unacceptable);
}
TEST(SealActBody, NeedsAReasonAndForFilingANumberAndADate) {
    EXPECT_TRUE(decode_seal_act(SealAct::suspend, R"({"reason":"lost sight of it"})"));
    EXPECT_FALSE(decode_seal_act(SealAct::suspend, "{}"));
    EXPECT_FALSE(decode_seal_act(SealAct::suspend, R"({"reason":" "})"));
    EXPECT_EQ(decode_seal_act(SealAct::file, R"({"number":"42","date":"2026-11-23"})").value().filing->date, "2026-11-23");
    for (const char* date : {"2026-13-01", "23.11.2026", "2026-11-3", "2026-02-30"})
        EXPECT_FALSE(decode_seal_act(SealAct::file, R"({"number":"42","date":")" + std::string(date) + R"("})")) << date;
}
TEST(UnlockBody, APinIsAbsentOrBytesButNeverEmpty) {
    EXPECT_TRUE(decode_unlock("{}").value().sealed_pin.empty());
    EXPECT_TRUE(decode_unlock("").value().sealed_pin.empty());
    EXPECT_EQ(decode_unlock(R"({"sealed_pin":"AQI="})").value().sealed_pin, (Bytes{1, 2}));
    EXPECT_FALSE(decode_unlock(R"({"sealed_pin":""})"));
    EXPECT_FALSE(decode_unlock(R"({"pin":"1234"})"));
}
TEST(UnlockBody, ALeaseHasATimeAndACountWithinBounds) {
    const auto wish = decode_unlock(R"({"for":"30m","uses":10,"final_try":true,"pin_changed":true})").value();
    EXPECT_EQ(wish.duration, std::chrono::minutes(30));
    EXPECT_EQ(wish.uses, 10U);
    EXPECT_TRUE(wish.final_try && wish.pin_changed);
    EXPECT_FALSE(decode_unlock("{}").value().duration);
    EXPECT_TRUE(decode_unlock(R"({"for":"31d"})"));
    for (const char* body : {R"({"for":"32d"})", R"({"for":"0s"})", R"({"for":30})", R"({"uses":0})", R"({"uses":-1})",
                             R"({"uses":1000001})", R"({"uses":"10"})"})
        EXPECT_FALSE(decode_unlock(body)) << body;
}
TEST(ProbeBody, HasASecondUnlessToldOtherwise) {
    EXPECT_EQ(decode_probe("").value().seconds, 1U);
    EXPECT_EQ(decode_probe(R"({"seconds":30,"key_id":"0a01"})").value().key_id, (Bytes{0x0a, 1}));
    for (const char* body : {R"({"seconds":0})", R"({"seconds":31})", R"({"key_id":""})", R"({"key_id":"xy"})", R"({"key":"01"})"})
        EXPECT_FALSE(decode_probe(body)) << body;
}
TEST(StandbyBody, NamesATokenAndPerhapsAKey) {
    EXPECT_EQ(decode_standby(R"({"token":"usb-2"})").value().token.str(), "usb-2");
    EXPECT_TRUE(decode_standby(R"({"token":"usb-2"})").value().key_id.empty());
    EXPECT_EQ(decode_standby(R"({"token":"usb-2","key_id":"0a01"})").value().key_id, (Bytes{0x0a, 1}));
    for (const char* body : {"{}", R"({"token":"USB"})", R"({"token":"usb-2","key_id":""})"}) EXPECT_FALSE(decode_standby(body)) << body;
}

}  // namespace
}  // namespace seald::requests
