#include "client/pdf/seal_drawing.hpp"

#include <png.h>

#include <cstring>
#include <qpdf/Pl_Buffer.hh>
#include <qpdf/Pl_Flate.hh>

namespace seald::pdf {
namespace {

std::string deflate(const std::string& data) {
    Pl_Buffer packed("packed");
    Pl_Flate flate("flate", &packed, Pl_Flate::a_deflate);
    flate.write(reinterpret_cast<const unsigned char*>(data.data()), data.size());
    flate.finish();
    const auto buffer = packed.getBufferSharedPointer();
    return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

int add_image(Update& update, const Pixels& pixels, const std::string& colour_space, const std::string& more, const std::string& samples) {
    return update.add_stream("/Type /XObject /Subtype /Image /Width " + std::to_string(pixels.width) + " /Height " + std::to_string(pixels.height) +
                                 " /ColorSpace /" + colour_space + " /BitsPerComponent 8 /Filter /FlateDecode" + more,
                             deflate(samples));
}

}  // namespace

Result<Pixels> decode_png(const Picture& picture) {
    if (picture.media_type != "image/png") return unacceptable("a PDF shows a seal by a PNG picture, and this seal's is " + picture.media_type + "; --invisible seals without it");
    png_image image;
    std::memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, picture.content.data(), picture.content.size()) == 0) return unacceptable(std::string("the seal's picture: ") + image.message);
    image.format = PNG_FORMAT_RGBA;
    std::vector<png_byte> samples(PNG_IMAGE_SIZE(image));
    if (png_image_finish_read(&image, nullptr, samples.data(), 0, nullptr) == 0) return unacceptable(std::string("the seal's picture: ") + image.message);
    Pixels pixels{image.width, image.height, {}, {}};
    for (std::size_t i = 0; i + 3 < samples.size(); i += 4) {
        pixels.colours.append({static_cast<char>(samples[i]), static_cast<char>(samples[i + 1]), static_cast<char>(samples[i + 2])});
        pixels.opacity += static_cast<char>(samples[i + 3]);
    }
    return pixels;
}

int add_drawing(Update& update, const Pixels& pixels, const Page& page, double width, double height) {
    const int mask = add_image(update, pixels, "DeviceGray", "", pixels.opacity);
    const int image = add_image(update, pixels, "DeviceRGB", " /SMask " + reference(mask), pixels.colours);
    const std::string w = number_text(width), h = number_text(height);
    return update.add_stream("/Type /XObject /Subtype /Form /BBox [0 0 " + w + " " + h + "] /Matrix " + page.upright() + " /Resources << /XObject << /Seal " +
                                 reference(image) + " >> /ExtGState << /Over << /Type /ExtGState /BM /Multiply >> >> >>",
                             "q /Over gs " + w + " 0 0 " + h + " 0 0 cm /Seal Do Q");
}

}  // namespace seald::pdf
