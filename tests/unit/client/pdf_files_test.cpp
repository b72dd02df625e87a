// What is asked of a seal before a PDF is prepared for it.
#include "client/pdf_files.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace seald {
namespace {

namespace json = boost::json;

TEST(PdfFiles, CertificatesThatLeaveNoRoomAreRefusedBeforeAnythingIsSpent) {
    const auto seal = [](std::size_t own, std::size_t chain) {
        return json::value{{"certificate", {{"pem", std::string(own, 'A')}}}, {"certificate_chain", json::array{json::string(std::string(chain, 'A'))}}};
    };
    EXPECT_TRUE(check_room(seal(2000, 2000)));
    EXPECT_TRUE(check_room(json::value{{"certificate", nullptr}}));
    EXPECT_FALSE(check_room(seal(20'000, 0)));
    EXPECT_FALSE(check_room(seal(2000, 18'000)));
}

}  // namespace
}  // namespace seald
