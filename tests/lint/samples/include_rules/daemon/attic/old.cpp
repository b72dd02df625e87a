// flagged: a folder that no rule covers
#include "core/error.hpp"
