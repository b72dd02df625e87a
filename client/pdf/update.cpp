#include "client/pdf/update.hpp"

#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <functional>
#include <new>

namespace seald::pdf {
namespace {

constexpr std::size_t offset_bytes = 5;  // of a cross-reference stream's entries: up to 1 TiB

std::string big_endian(std::uint64_t value, std::size_t bytes) {
    std::string text(bytes, '\0');
    for (std::size_t i = bytes; i-- > 0; value >>= 8) text[i] = static_cast<char>(value & 0xFF);
    return text;
}

using Places = std::map<QPDFObjGen, std::size_t>;

// Runs of numbers that follow each other, as both kinds of section want them.
void for_each_run(const Places& places, const std::function<void(int first, int count, Places::const_iterator begin)>& use) {
    for (auto begin = places.begin(); begin != places.end();) {
        auto end = begin;
        int count = 0;
        while (end != places.end() && end->first.getObj() == begin->first.getObj() + count) ++end, ++count;
        use(begin->first.getObj(), count, begin);
        begin = end;
    }
}

std::string stream_body(const std::string& entries, const std::string& data) {
    return "<< " + entries + " /Length " + std::to_string(data.size()) + " >>\nstream\n" + data + "\nendstream";
}

}  // namespace

std::string reference(int number) { return std::to_string(number) + " 0 R"; }

int Update::add(std::string body) {
    const int number = reserve();
    put(number, std::move(body));
    return number;
}

int Update::add_stream(const std::string& entries, const std::string& data) { return add(stream_body(entries, data)); }

// The first half says which document it is and stays; the second says which version (section 14.4).
std::string Update::id() const {
    std::array<unsigned char, 16> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) throw std::bad_alloc();
    const auto version = QPDFObjectHandle::newString(std::string(random.begin(), random.end())).unparse();
    auto before = source_.document().getTrailer().getKey("/ID");
    const bool known = before.isArray() && before.getArrayNItems() == 2 && before.getArrayItem(0).isString();
    return "[" + (known ? QPDFObjectHandle::newString(before.getArrayItem(0).getStringValue()).unparse() : version) + " " + version + "]";
}

std::string Update::trailer_entries() const {
    auto trailer = source_.document().getTrailer();
    std::string entries = "/Size " + std::to_string(next_) + " /Prev " + std::to_string(source_.last_xref()) + " /Root " + trailer.getKey("/Root").unparse();
    if (trailer.getKey("/Info").isIndirect()) entries += " /Info " + trailer.getKey("/Info").unparse();
    return entries + " /ID " + id();
}

void Update::write_table(std::string& content, const Places& places) const {
    const auto start = content.size();
    content += "xref\n";
    for_each_run(places, [&](int first, int count, Places::const_iterator place) {
        content += std::to_string(first) + " " + std::to_string(count) + "\n";
        for (; count > 0; --count, ++place) {
            std::array<char, 24> line{};
            std::snprintf(line.data(), line.size(), "%010zu %05d n \n", place->second, place->first.getGen());
            content += line.data();
        }
    });
    content += "trailer\n<< " + trailer_entries() + " >>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
}

void Update::write_stream(std::string& content, Places places) {
    const int number = reserve();
    const auto start = content.size();
    places[QPDFObjGen(number, 0)] = start;
    std::string index, data;
    for_each_run(places, [&](int first, int count, Places::const_iterator place) {
        index += std::to_string(first) + " " + std::to_string(count) + " ";
        for (; count > 0; --count, ++place)
            data += '\1' + big_endian(place->second, offset_bytes) + big_endian(static_cast<std::uint64_t>(place->first.getGen()), 2);
    });
    content += std::to_string(number) + " 0 obj\n" +
               stream_body("/Type /XRef /W [1 " + std::to_string(offset_bytes) + " 2] /Index [" + index + "] " + trailer_entries(), data) +
               "\nendobj\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
}

Update::Written Update::write() {
    Written written;
    written.content = source_.content();
    if (written.content.back() != '\n') written.content += '\n';
    Places places;
    for (const auto& [object, body] : objects_) {
        places[object] = written.content.size();
        written.content += std::to_string(object.getObj()) + " " + std::to_string(object.getGen()) + " obj\n";
        written.bodies[object] = written.content.size();
        written.content += body + "\nendobj\n";
    }
    // Of the same kind as the one before: readers of mixed ones disagree.
    if (source_.has_xref_stream())
        write_stream(written.content, places);
    else
        write_table(written.content, places);
    return written;
}

}  // namespace seald::pdf
