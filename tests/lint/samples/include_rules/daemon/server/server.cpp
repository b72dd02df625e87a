#include <boost/beast/http.hpp>
#include "daemon/api/http.hpp"
#include "daemon/api/routes.hpp"  // flagged: of the API it knows http.hpp only
