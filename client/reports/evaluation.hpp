// The yearly evaluation (年度評估): how long it takes, how often it is turned down, what went wrong, what people said. Pure.
#pragma once
#include "client/reports/excerpt.hpp"

namespace seald::reports {

struct EvaluationInput {
    Period period;
    Timestamp now;
    Entries entries;  // of the period
};

Document evaluate(const EvaluationInput& input);

}  // namespace seald::reports
