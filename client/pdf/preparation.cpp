#include "client/pdf/preparation.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <set>

#include "client/pdf/seal_drawing.hpp"
#include "client/pdf/signatures.hpp"

namespace seald::pdf {
namespace {

using Handle = QPDFObjectHandle;

constexpr double points_per_mm = 72 / 25.4;
constexpr double margin = 20 * points_per_mm;
constexpr int print_and_locked = 132;  // section 12.5.3, table 167: bits 3 and 8
constexpr std::string_view empty_range = "/ByteRange [0 0000000000 0000000000 0000000000] /Contents ";
constexpr std::size_t numbers_at = 14;  // in it

std::string text_string(const std::string& utf8) { return Handle::newUnicodeString(utf8).unparse(); }

std::string date_string(Timestamp time) {  // section 7.9.4
    const std::time_t seconds = to_unix(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "(D:%Y%m%d%H%M%SZ)", &parts);
    return text.data();
}

// EN 319 142-1 section 5.3: a time of signing here, and none inside the CMS.
std::string signature_head(const Wish& wish) {
    return "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M " + date_string(wish.time) + " /Name " + text_string(wish.title) + " /Reason " +
           text_string(wish.purpose) + " " + std::string(empty_range);
}

struct Form {
    Handle dictionary, fields;  // null where there is none
    std::set<std::string> names;
};

Form form_of(Source& source) {
    Form form{source.document().getRoot().getKey("/AcroForm"), Handle::newNull(), {}};
    if (!form.dictionary.isDictionary()) return form;
    form.fields = form.dictionary.getKey("/Fields");
    for (int i = 0; form.fields.isArray() && i < form.fields.getArrayNItems(); ++i) {
        auto name = form.fields.getArrayItem(i).getKey("/T");
        if (name.isString()) form.names.insert(name.getUTF8Value());
    }
    return form;
}

std::string free_name(const Form& form) {  // a second field of a name would spoil the first one's signature
    for (unsigned n = 1;; ++n)
        if (std::string name = "Seal" + std::to_string(n); !form.names.contains(name)) return name;
}

std::string with_item(Handle array, int number) {
    std::string text = "[ ";
    for (int i = 0; array.isArray() && i < array.getArrayNItems(); ++i) text += array.getArrayItem(i).unparse() + " ";
    return text + reference(number) + " ]";
}

// The dictionary with these keys in place of its own; values as they are written.
std::string with_keys(Handle dictionary, const std::map<std::string, std::string>& changed) {
    std::string text = "<< ";
    if (dictionary.isDictionary())
        for (const auto& key : dictionary.getKeys())
            if (!changed.contains(key)) text += Handle::newName(key).unparse() + " " + dictionary.getKey(key).unparse() + " ";
    for (const auto& [key, value] : changed) text += key + " " + value + " ";
    return text + ">>";
}

// The smallest owner of the list is written anew: the list, if it is an object of its own, or the page.
void add_to_page(Update& update, Page& page, int widget) {
    auto list = page.object.getKey("/Annots");
    if (list.isIndirect() && list.isArray())
        update.put(list.getObjGen(), with_item(list, widget));
    else
        update.put(page.object.getObjGen(), with_keys(page.object, {{"/Annots", with_item(list, widget)}}));
}

void add_to_form(Update& update, Source& source, Form& form, int field) {
    std::map<std::string, std::string> changed{{"/SigFlags", "3"}};  // section 12.7.3: there are signatures, only append
    if (form.fields.isIndirect() && form.fields.isArray())
        update.put(form.fields.getObjGen(), with_item(form.fields, field));
    else
        changed["/Fields"] = with_item(form.fields, field);
    const auto written = with_keys(form.dictionary, changed);
    auto root = source.document().getRoot();
    if (form.dictionary.isDictionary() && form.dictionary.isIndirect())
        update.put(form.dictionary.getObjGen(), written);
    else
        update.put(root.getObjGen(), with_keys(root, {{"/AcroForm", written}}));
}

struct Appearance {
    std::string rectangle = "[0 0 0 0]";  // nothing to see
    std::string entries;
};

Result<Appearance> draw(Update& update, const Page& page, const Wish& wish) {
    if (!wish.picture) return Appearance{};
    const auto pixels = decode_png(*wish.picture);
    if (!pixels) return pixels.error();
    const double width = wish.place.width * points_per_mm;
    const double height = width * pixels->height / pixels->width;
    double left = page.shown_width() - margin - width, bottom = margin;
    if (wish.place.corner) left = wish.place.corner->first * points_per_mm, bottom = wish.place.corner->second * points_per_mm;
    if (width <= 0 || left < 0 || bottom < 0 || left + width > page.shown_width() || bottom + height > page.shown_height())
        return unacceptable("the seal does not fit there: the page is " + number_text(page.shown_width() / points_per_mm) + " mm wide and " +
                            number_text(page.shown_height() / points_per_mm) + " mm high");
    const int drawing = add_drawing(update, *pixels, page, width, height);
    return Appearance{page.rectangle(left, bottom, width, height), " /AP << /N " + reference(drawing) + " >>"};
}

// By the places where it was written, never by looking for it.
Prepared fill_range(Update::Written written, QPDFObjGen signature, std::size_t head_size) {
    const Hole hole{written.bodies.at(signature) + head_size, written.bodies.at(signature) + head_size + 2 * room_bytes + 2};
    std::array<char, 40> numbers{};
    std::snprintf(numbers.data(), numbers.size(), "%010zu %010zu %010zu", hole.begin, hole.end, written.content.size() - hole.end);
    written.content.replace(hole.begin - empty_range.size() + numbers_at, 32, numbers.data());
    return {std::move(written.content), hole};
}

}  // namespace

Result<Prepared> prepare(Source& source, const Wish& wish) {
    if (auto may = source.may_be_appended_to(); !may) return may.error();
    const auto before = read_signatures(source);
    if (!before) return before.error();
    if (!before->empty() && before->back().cms.empty())  // it would stay empty, and every reader would call it broken
        return refusal("pdf-prepared", source.name() + " is prepared for a seal already: give the file that it was made from");
    auto page = find_page(source, wish.place.page);
    if (!page) return page.error();
    return read_from<Prepared>(source, [&]() -> Result<Prepared> {
        Update update(source);
        const auto appearance = draw(update, *page, wish);
        if (!appearance) return appearance.error();
        auto form = form_of(source);
        const auto head = signature_head(wish);
        const int signature = update.add(head + "<" + std::string(2 * room_bytes, '0') + "> >>");
        const int field = update.add("<< /Type /Annot /Subtype /Widget /FT /Sig /T " + text_string(free_name(form)) + " /V " + reference(signature) + " /F " +
                                     std::to_string(print_and_locked) + " /Rect " + appearance->rectangle + " /P " + page->object.unparse() + appearance->entries + " >>");
        add_to_page(update, *page, field);
        add_to_form(update, source, form, field);
        return fill_range(update.write(), QPDFObjGen(signature, 0), head.size());
    });
}

}  // namespace seald::pdf
