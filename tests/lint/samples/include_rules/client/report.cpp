#include <boost/beast/http.hpp>  // flagged
#include <CLI/CLI.hpp>
