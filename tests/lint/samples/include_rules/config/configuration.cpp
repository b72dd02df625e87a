#include <toml++/toml.h>
#include <CLI/CLI.hpp>  // flagged
