#include <p11-kit/pkcs11.h>        // flagged
#include <pkcs11.h>                // flagged
#include "pkcs11/session.hpp"      // flagged
#include "core/token_protocol.hpp"
