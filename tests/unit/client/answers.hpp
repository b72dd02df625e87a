// Answers of the daemon as docs/api.md has them.
#pragma once
#include <boost/json/parse.hpp>

#include "core/digest.hpp"

namespace seald::testing {

inline boost::json::value application_answer() {
    boost::json::value answer = boost::json::parse(R"json({
        "number":"A-2026-0001","seal":"contract","applicant":"li.na","applicant_name":"李娜","department":null,
        "purpose":"供貨合同","type":"sales contract","format":"cms","state":"submitted","submitted_at":"2026-11-23T08:15:30.123Z",
        "documents":[],"decisions":[{"approver":"zhang.wei","approver_name":"張偉","step":"department-review","decision":"approve",
        "reason":null,"decided_at":"2026-11-23T09:00:00.000Z","expires_at":"2026-11-26T09:00:00.000Z","approval":"x.y.z"}],
        "open_step":{"name":"administration","role":"approver","still_needed":1,"who":["wang.fang (王芳)"]},
        "may_decide":true,"approval_ttl_seconds":259200,"daemon":"seald.example.org","something_new":1
})json");
    for (const std::string name : {"one", "two"}) {
        const Digest digest = Digest::of(DigestAlgorithm::sha256, as_bytes(name));
        answer.at("documents")
            .as_array()
            .push_back(boost::json::object{{"digest", boost::json::object{{"alg", "sha256"}, {"value", digest.hex()}}},
                                           {"name", name + ".pdf"},
                                           {"media_type", nullptr},
                                           {"size", nullptr},
                                           {"sealed", false},
                                           {"stored", true}});
    }
    return answer;
}

}  // namespace seald::testing
