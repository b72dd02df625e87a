#include "client/pdf/page.hpp"

#include <algorithm>
#include <array>
#include <qpdf/QUtil.hh>
#include <set>

namespace seald::pdf {
namespace {

using Handle = QPDFObjectHandle;

constexpr unsigned deepest = 200;  // a balanced tree of every page there is needs ten

struct Inherited {  // section 7.7.3.4
    Handle media_box = Handle::newNull(), crop_box = Handle::newNull(), rotate = Handle::newNull();

    void take(Handle& node) {
        if (node.hasKey("/MediaBox")) media_box = node.getKey("/MediaBox");
        if (node.hasKey("/CropBox")) crop_box = node.getKey("/CropBox");
        if (node.hasKey("/Rotate")) rotate = node.getKey("/Rotate");
    }
};

// In the order of the pages, up to the one that is looked for. Not with qpdf's list, which repairs the tree in memory.
class PageWalk {
  public:
    PageWalk(Source& source, std::optional<unsigned> wanted) : source_(source), wanted_(wanted) {}

    Result<void> go(Handle node, Inherited from) {
        if (++depth_ > deepest || !node.isIndirect() || !node.isDictionary() || !seen_.insert(node.getObjGen()).second) return source_.damaged("its page tree is broken");
        from.take(node);
        auto kids = node.getKey("/Kids");
        if (!kids.isArray()) return arrive(node, from);
        for (int i = 0; i < kids.getArrayNItems() && !done(); ++i)
            if (auto gone = go(kids.getArrayItem(i), from); !gone) return gone;
        --depth_;
        return {};
    }
    bool done() const { return wanted_ && count_ == *wanted_; }
    unsigned count() const { return count_; }
    Handle page = Handle::newNull();
    Inherited inherited;

  private:
    Result<void> arrive(Handle& node, const Inherited& from) {
        if (!node.getKey("/Type").isNameAndEquals("/Page")) return source_.damaged("its page tree is broken");
        ++count_;
        page = node;
        inherited = from;
        --depth_;
        return {};
    }
    Source& source_;
    std::optional<unsigned> wanted_;
    unsigned count_ = 0, depth_ = 0;
    std::set<QPDFObjGen> seen_;
};

std::optional<std::array<double, 4>> box_of(Handle array) {
    if (!array.isArray() || array.getArrayNItems() != 4) return std::nullopt;
    std::array<double, 4> box{};
    for (int i = 0; i < 4; ++i) {
        if (!array.getArrayItem(i).isNumber()) return std::nullopt;
        box[static_cast<std::size_t>(i)] = array.getArrayItem(i).getNumericValue();
    }
    if (box[0] > box[2]) std::swap(box[0], box[2]);
    if (box[1] > box[3]) std::swap(box[1], box[3]);
    return box;
}

Result<Page> measure(Source& source, const PageWalk& walk) {
    const auto media = box_of(walk.inherited.media_box);
    if (!media) return source.damaged("a page has no size");
    auto visible = *media;
    if (const auto crop = box_of(walk.inherited.crop_box))
        visible = {std::max(visible[0], (*crop)[0]), std::max(visible[1], (*crop)[1]), std::min(visible[2], (*crop)[2]), std::min(visible[3], (*crop)[3])};
    if (visible[2] <= visible[0] || visible[3] <= visible[1]) return source.damaged("nothing of a page is visible");
    auto rotate = walk.inherited.rotate;
    const int turned = rotate.isInteger() ? static_cast<int>(((rotate.getIntValue() % 360) + 360) % 360) : 0;
    if (turned % 90 != 0) return source.damaged("a page is turned by " + std::to_string(turned) + " degrees");
    return Page{walk.page, visible[0], visible[1], visible[2] - visible[0], visible[3] - visible[1], turned};
}

}  // namespace

std::string number_text(double value) { return QUtil::double_to_string(value, 4); }

std::string Page::rectangle(double x, double y, double w, double h) const {
    const auto own = [this](double right, double up) -> std::array<double, 2> {
        switch (turned) {
            case 90: return {left + width - up, bottom + right};
            case 180: return {left + width - right, bottom + height - up};
            case 270: return {left + up, bottom + height - right};
            default: return {left + right, bottom + up};
        }
    };
    const auto one = own(x, y), other = own(x + w, y + h);
    return "[" + number_text(std::min(one[0], other[0])) + " " + number_text(std::min(one[1], other[1])) + " " +
           number_text(std::max(one[0], other[0])) + " " + number_text(std::max(one[1], other[1])) + "]";
}

std::string Page::upright() const {
    switch (turned) {
        case 90: return "[0 1 -1 0 0 0]";
        case 180: return "[-1 0 0 -1 0 0]";
        case 270: return "[0 -1 1 0 0 0]";
        default: return "[1 0 0 1 0 0]";
    }
}

Result<Page> find_page(Source& source, std::optional<unsigned> number) {
    return read_from<Page>(source, [&]() -> Result<Page> {
        PageWalk walk(source, number);
        if (auto gone = walk.go(source.document().getRoot().getKey("/Pages"), {}); !gone) return gone.error();
        if (walk.count() == 0) return source.damaged("it has no pages");
        if (number && !walk.done()) return not_found(source.name() + " has " + std::to_string(walk.count()) + " pages, and no page " + std::to_string(*number));
        return measure(source, walk);
    });
}

}  // namespace seald::pdf
