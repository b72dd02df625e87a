// An application as somebody sees it now.
#pragma once
#include "daemon/policy/decide.hpp"

namespace seald {

struct StepView {
    OpenStep open;
    std::vector<std::string> who;        // could take it: "wang.fang (王芳)"
    bool may_take = false;               // the viewer could
};

struct ApplicationView {
    Application application;             // its state as it is now, expiry and uses counted in
    std::vector<bool> sealed;            // one per document
    std::vector<bool> stored;            // likewise: the applicant handed in its content
    unsigned uses = 0;                   // of a quota
    std::vector<StepView> open_steps;    // the viewer's own first
    seconds approval_ttl{0};
    bool may_decide() const { return !open_steps.empty() && open_steps.front().may_take; }
};

}  // namespace seald
