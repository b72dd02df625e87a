#include "daemon/model/application.hpp"

#include "daemon/model/words.hpp"

namespace seald {

std::string_view to_string(ApplicationState state) {
    switch (state) {
        case ApplicationState::submitted:
            return "submitted";
        case ApplicationState::reviewed:
            return "reviewed";
        case ApplicationState::approved:
            return "approved";
        case ApplicationState::partly_sealed:
            return "partly-sealed";
        case ApplicationState::sealed:
            return "sealed";
        case ApplicationState::rejected:
            return "rejected";
        case ApplicationState::returned:
            return "returned";
        case ApplicationState::withdrawn:
            return "withdrawn";
        case ApplicationState::expired:
            return "expired";
    }
    return "";
}

Result<ApplicationState> decode_application_state(std::string_view text) {
    using enum ApplicationState;
    constexpr std::array all{submitted, reviewed, approved, partly_sealed, sealed, rejected, returned, withdrawn, expired};
    return decode_word(text, "application state", all);
}

bool is_open(ApplicationState state) {
    switch (state) {
        case ApplicationState::submitted:
        case ApplicationState::reviewed:
        case ApplicationState::approved:
        case ApplicationState::partly_sealed:
            return true;
        case ApplicationState::sealed:
        case ApplicationState::rejected:
        case ApplicationState::returned:
        case ApplicationState::withdrawn:
        case ApplicationState::expired:
            return false;
    }
    return false;
}

}  // namespace seald
