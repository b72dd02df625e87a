#include <boost/beast/http.hpp>
#include "daemon/model/seal.hpp"  // flagged: sealctl speaks to the daemon, it is not part of it
