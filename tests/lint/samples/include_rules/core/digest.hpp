#include <string>
#include "daemon/model/seal.hpp"  // flagged: core knows nobody
#include "core/error.hpp"
