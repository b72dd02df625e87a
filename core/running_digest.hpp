// A digest of content that comes in pieces.
#pragma once
#include <memory>

#include "core/digest.hpp"

struct evp_md_ctx_st;

namespace seald {

class RunningDigest {
  public:
    explicit RunningDigest(DigestAlgorithm algorithm);
    RunningDigest(RunningDigest&&) noexcept;
    ~RunningDigest();

    void add(BytesView piece);
    Digest finish();  // once, and nothing may be added afterwards

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    DigestAlgorithm algorithm_;
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace seald
