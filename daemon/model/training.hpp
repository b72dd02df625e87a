// A dated record that somebody was trained (培訓).
#pragma once
#include <string>

#include "core/names.hpp"
#include "core/time.hpp"

namespace seald {

struct TrainingRecord {
    PersonId person;
    std::string course;
    Timestamp until{};        // valid before this moment
    PersonId recorded_by;
    Timestamp recorded_at{};
};

}  // namespace seald
