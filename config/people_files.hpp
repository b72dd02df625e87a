// The files that tell who is enrolled, besides seald.toml: *.toml in one folder, in the order of their names. Also the digest
// over everything a configuration was read from, so that entries can name the policy that decided them.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/sections.hpp"
#include "core/running_digest.hpp"

namespace seald {

class SourceDigest {
  public:
    void add(std::string_view name, std::string_view content);  // each with its length: nothing can pass for something else
    std::string hex() { return running_.finish().hex(); }

  private:
    RunningDigest running_{DigestAlgorithm::sha256};
};

// Reads every file of the folder; a file holds [[person]], [[issuer]], [[application_client]] and [[delegation]], and nothing else.
std::vector<std::filesystem::path> read_people_files(const std::filesystem::path& folder, EnrolmentReader& enrolment, SourceDigest& digest, Mistakes& mistakes);

}  // namespace seald
