#include "core/backup_manifest.hpp"

#include <boost/json/serialize.hpp>
#include <cstdio>

#include "core/json.hpp"

namespace seald {
namespace {

namespace json = boost::json;

// The ledger's key signs checkpoints too, whose first line is an origin: no origin has a blank in it.
constexpr std::string_view heading = "seald backup manifest v1\n";

json::object view_of(const BackupManifest& manifest) {
    json::array recipients, parts;
    for (const auto& each : manifest.recipients) recipients.push_back(json::object{{"certificate_sha256", each.certificate_sha256}, {"subject", each.subject}});
    for (const auto& each : manifest.parts) parts.push_back(json::object{{"size", each.size}, {"sha256", each.digest.hex()}});
    return {{"daemon", manifest.daemon},
            {"by", manifest.by},
            {"version", manifest.version},
            {"made_at", to_rfc3339(manifest.made_at)},
            {"schema", manifest.schema},
            {"checkpoint", manifest.checkpoint},
            {"documents", manifest.documents},
            {"recipients", std::move(recipients)},
            {"archive", json::object{{"size", manifest.archive_size}, {"sha256", manifest.archive_digest.hex()}}},
            {"parts", std::move(parts)}};
}

Error not_understood(const std::string& what) { return malformed("the manifest is signed, but not understood: " + what + "; it may be a newer seald's"); }

// Collects what goes wrong, as ObjectReader does: a decoder reads as a list of fields.
class ManifestReader {
  public:
    explicit ManifestReader(const json::object& object) : in_(object, "manifest") {}

    BackupManifest read() {
        BackupManifest manifest{.daemon = in_.text("daemon"),
                                .by = in_.text("by"),
                                .version = in_.text("version"),
                                .made_at = kept(decode_rfc3339(in_.text("made_at")), Timestamp()),
                                .schema = in_.integer("schema"),
                                .checkpoint = in_.text("checkpoint"),
                                .documents = size(in_.integer("documents")),
                                .recipients = {},
                                .archive_size = 0,
                                .archive_digest = nothing_,
                                .parts = {}};
        for (const auto& each : in_.array("recipients")) {
            ObjectReader recipient(object_of(each), "manifest.recipients");
            manifest.recipients.push_back({recipient.text("certificate_sha256"), recipient.text("subject")});
            keep(recipient.finish());
        }
        ObjectReader archive(in_.object("archive"), "manifest.archive");
        manifest.archive_size = size(archive.integer("size"));
        manifest.archive_digest = digest(archive.text("sha256"));
        keep(archive.finish());
        for (const auto& each : in_.array("parts")) {
            ObjectReader part(object_of(each), "manifest.parts");
            manifest.parts.push_back({size(part.integer("size")), digest(part.text("sha256"))});
            keep(part.finish());
        }
        keep(in_.finish());
        return manifest;
    }
    const std::optional<Error>& problem() const { return problem_; }

  private:
    void keep(const Result<void>& done) {
        if (!done && !problem_) problem_ = done.error();
    }
    template <class T>
    T kept(const Result<T>& decoded, T otherwise) {
        if (decoded) return *decoded;
        if (!problem_) problem_ = decoded.error();
        return otherwise;
    }
    const json::object& object_of(const json::value& value) {
        if (value.is_object()) return value.get_object();
        keep(malformed("something that should be an object is none"));
        return none_;
    }
    Digest digest(const std::string& hex) { return kept(Digest::decode("sha256", hex), nothing_); }
    std::uint64_t size(std::int64_t value) {
        if (value < 0) keep(malformed("a size is below zero"));
        return value < 0 ? 0 : static_cast<std::uint64_t>(value);
    }

    ObjectReader in_;
    json::object none_;
    Digest nothing_ = Digest::of(DigestAlgorithm::sha256, {});
    std::optional<Error> problem_;
};

}  // namespace

std::string backup_part_name(std::size_t position) {
    char name[32];
    std::snprintf(name, sizeof name, "part-%06zu.p7m", position + 1);
    return name;
}

// A backup may have been begun before the ledger's key was changed.
static Result<void> verify_by_any(const LedgerKeys& keys, const SignedNote& note) {
    for (const auto& former : keys.all())
        if (former.verify(note)) return {};
    return keys.current().verify(note);
}

std::string BackupManifest::sign(const NoteSigner& ledger_key) const {
    return ledger_key.sign(std::string(heading) + json::serialize(view_of(*this)) + "\n").encode();
}

Result<BackupManifest> BackupManifest::open(std::string_view note, const LedgerKeys& keys) {
    const auto opened = SignedNote::decode(note);
    if (!opened) return verification_failed("the manifest is no signed note: " + opened.error().message);
    if (auto ours = verify_by_any(keys, *opened); !ours) return verification_failed("the manifest: " + ours.error().message);
    if (!opened->text.starts_with(heading)) return verification_failed("this note is signed, but no backup's manifest");
    const auto object = parse_json_object(std::string_view(opened->text).substr(heading.size()));
    if (!object) return not_understood(object.error().message);
    ManifestReader reader(*object);
    auto manifest = reader.read();
    if (reader.problem()) return not_understood(reader.problem()->message);
    if (manifest.daemon != keys.name()) return verification_failed("the manifest is that of " + manifest.daemon);
    if (auto checkpoint = keys.open(manifest.checkpoint); !checkpoint)
        return verification_failed("the manifest's checkpoint: " + checkpoint.error().message);
    return manifest;
}

}  // namespace seald
