#include "daemon/policy/decide.hpp"
#include "core/time.hpp"
#include "daemon/store/store.hpp"  // flagged: rules are pure
#include <sqlite3.h>               // flagged
  #  include <sqlite3.h>           // flagged: blanks hide nothing
#include "decide.hpp"              // flagged: not from the root
