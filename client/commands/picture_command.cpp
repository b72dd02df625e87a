// sealctl seal picture: setting a seal's picture (印模), or getting it.
#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/seal_image.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

struct PictureOptions {
    std::string name, image, out;
    bool force = false;
};

Result<Report> fetch(const ApiClient& api, const PictureOptions& options) {
    const auto content = api.get_text("/v1/seals/" + percent_encode(options.name) + "/picture");
    if (!content) return content.error();
    const auto written = write_file(options.out, as_bytes(*content), options.force ? IfExists::replace : IfExists::refuse);
    if (!written) return written.error();
    return Report{boost::json::object{{"seal", options.name}, {"file", options.out}, {"bytes", content->size()}}, "written to " + options.out + "\n"};
}

Result<Report> run(const Invocation& invocation, const PictureOptions& options) {
    if (options.image.empty() == options.out.empty()) return malformed("give --image to set it, or -o to get it");
    const auto image = read_image(options.image);
    if (!image) return image.error();
    const auto api = invocation.connect();
    if (!api) return api.error();
    if (!options.out.empty()) return fetch(*api, options);
    const auto set = send_image(*api, options.name, *image);
    if (!set) return set.error();
    return Report{*set, "the picture of " + options.name + " is set: " + shown_field(*set, "media_type") + ", SHA-256 " + shown_field(*set, "sha256") + "\n"};
}

}  // namespace

void add_picture_command(CLI::App& seal_group, Invocation& invocation) {
    const auto options = std::make_shared<PictureOptions>();
    CLI::App& command = add_command(seal_group, "picture",
                                    {"Set a seal's picture (印模), until it is first in force, or get it. PNG, or SVG that is a plain\n"
                                     "drawing: no scripts, nothing from elsewhere; up to 256 KiB and 4096 pixels each way.",
                                     "to set it custodians and administrators; to get it everybody enrolled.", "sealctl seal picture contract --image contract.png"});
    command.add_option("NAME", options->name, "the seal's name")->required();
    command.add_option("--image", options->image, "the picture");
    command.add_option("-o,--out", options->out, "write the seal's picture to this file");
    command.add_flag("--force", options->force, "replace the file");
    choose(command, invocation, options, run);
}

}  // namespace seald
