#include <boost/beast/http.hpp>      // flagged
#include <toml++/toml.h>             // flagged
#include "daemon/server/server.hpp"  // flagged
