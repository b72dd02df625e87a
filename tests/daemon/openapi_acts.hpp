// The part of the walk over the API that takes two persons: contract is suspended and its resumption asked for, movable is made and
// its key's copy asked for, known is enrolled. Afterwards contract is in force and movable destroyed.
#pragma once
#include "tests/daemon/openapi_walk.hpp"

namespace seald::test {

inline std::string number_of(const Reply& asked) { return std::string(asked.json().at("number").as_string()); }

inline void walk_act_reading(Walk& walk, const std::string& act) {
    walk.ask("zhang.wei", "GET", "/v1/acts");
    walk.ask("zhang.wei", "GET", "/v1/acts?filter=theirs");
    walk.ask("li.na", "GET", "/v1/acts");
    walk.ask("zhang.wei", "GET", "/v1/acts/" + act);
    walk.ask("zhang.wei", "GET", "/v1/acts/7");
    walk.ask("li.na", "GET", "/v1/acts/" + act);
    walk.ask("zhang.wei", "GET", "/v1/acts/P-2020-0001");
}

inline void walk_confirmations(Walk& walk, const std::string& act) {
    const std::string path = "/v1/acts/" + act + "/confirmations";
    const auto confirmation = [&](const std::string& by) { return json::object{{"confirmation", walk.instance.signed_confirmation(act, by)}}; };
    const auto good = confirmation("guo.jing");
    walk.post("guo.jing", path, {});
    walk.post("zhang.wei", path, confirmation("zhang.wei"));
    walk.post("guo.jing", "/v1/acts/P-2020-0001/confirmations", good);
    walk.post("guo.jing", path, good);
    walk.post("guo.jing", path, good);
}

inline void walk_declining(Walk& walk, const std::string& act) {
    const json::object reason{{"reason", "a test"}};
    walk.post("guo.jing", "/v1/acts/" + act + "/decline", {});
    walk.post("zhang.wei", "/v1/acts/" + act + "/decline", reason);
    walk.post("guo.jing", "/v1/acts/P-2020-0001/decline", reason);
    walk.post("guo.jing", "/v1/acts/" + act + "/decline", reason);
    walk.post("guo.jing", "/v1/acts/" + act + "/decline", reason);
}

inline void walk_cancelling(Walk& walk) {
    const json::object reason{{"reason", "a test"}};
    const auto act = number_of(walk.post("zhang.wei", "/v1/seals/movable/cancel", reason));
    walk.post("zhang.wei", "/v1/seals/movable/cancel", reason);
    walk.post("zhang.wei", "/v1/seals/movable/cancel", {});
    walk.post("li.na", "/v1/seals/movable/cancel", reason);
    walk.post("zhang.wei", "/v1/seals/none/cancel", reason);
    walk.post("zhang.wei", "/v1/acts/" + act + "/withdraw", {{"reason", 5}});
    walk.post("guo.jing", "/v1/acts/" + act + "/withdraw", {});
    walk.post("zhang.wei", "/v1/acts/P-2020-0001/withdraw", {});
    walk.post("zhang.wei", "/v1/acts/" + act + "/withdraw", {});
    walk.post("zhang.wei", "/v1/acts/" + act + "/withdraw", {});
    walk.instance.with_second_person({"seal", "cancel", "movable", "--reason", "a test"});
}

inline void walk_destruction(Walk& walk) {
    const json::object reason{{"reason", "a test"}};
    walk.post("zhang.wei", "/v1/seals/contract/destroy", reason);
    walk.post("zhang.wei", "/v1/seals/movable/destroy", {});
    walk.post("li.na", "/v1/seals/movable/destroy", reason);
    walk.post("zhang.wei", "/v1/seals/none/destroy", reason);
    const auto act = number_of(walk.post("zhang.wei", "/v1/seals/movable/destroy", reason)), complete = "/v1/acts/" + act + "/complete";
    walk.instance.confirm("guo.jing", act);
    walk.post("zhang.wei", "/v1/tokens/usb-1/lock", {});
    walk.instance.confirm("liu.yang", act);
    walk.wait_for_the_token();
    walk.post("zhang.wei", complete, {});
    walk.post("li.na", complete, {});
    walk.post("zhang.wei", complete, {{"now", true}});
    walk.post("zhang.wei", "/v1/acts/P-2020-0001/complete", {});
    walk.post("zhang.wei", "/v1/tokens/usb-1/unlock", {{"for", "8h"}, {"uses", 1000}});
    walk.post("zhang.wei", complete, {});
    walk.post("zhang.wei", complete, {});
}

inline void walk_acts(Walk& walk, const std::string& resume, const std::string& copy) {
    const json::object reason{{"reason", "a test"}};
    walk.post("zhang.wei", "/v1/seals/contract/resume", {});
    walk.post("li.na", "/v1/seals/contract/resume", reason);
    walk.post("zhang.wei", "/v1/seals/none/resume", reason);
    walk.post("zhang.wei", "/v1/seals/known/file", {{"number", "2"}, {"date", "2026-11-24"}});
    walk.post("zhang.wei", "/v1/seals/known/activate", reason);
    walk_act_reading(walk, resume);
    walk_confirmations(walk, resume);
    walk_declining(walk, copy);
    walk_cancelling(walk);
    walk_destruction(walk);
}

}  // namespace seald::test
