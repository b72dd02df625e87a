#include <sqlite3.h>
#include "daemon/model/seal.hpp"
#include "daemon/ledger/intent.hpp"  // flagged: the ledger stands on the store
