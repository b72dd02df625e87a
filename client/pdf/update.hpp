// An incremental update (ISO 32000-2 section 7.5.6): new and changed objects behind the bytes that are there, which stay as
// they are, so that earlier signatures stay good.
#pragma once
#include <map>
#include <string>

#include "client/pdf/source.hpp"

namespace seald::pdf {

class Update {
  public:
    explicit Update(Source& source) : source_(source), next_(source.next_object()) {}
    int reserve() { return next_++; }                                   // a number for an object to come
    void put(int number, std::string body) { put(QPDFObjGen(number, 0), std::move(body)); }
    void put(QPDFObjGen object, std::string body) { objects_[object] = std::move(body); }
    int add(std::string body);
    int add_stream(const std::string& entries, const std::string& data);  // entries of its dictionary, without /Length

    struct Written {
        std::string content;                        // the whole file
        std::map<QPDFObjGen, std::size_t> bodies;   // where each object's body begins
    };
    Written write();  // once

  private:
    std::string id() const;
    std::string trailer_entries() const;
    void write_table(std::string& content, const std::map<QPDFObjGen, std::size_t>& places) const;
    void write_stream(std::string& content, std::map<QPDFObjGen, std::size_t> places);

    Source& source_;
    int next_;
    std::map<QPDFObjGen, std::string> objects_;
};

std::string reference(int number);  // "7 0 R"

}  // namespace seald::pdf
