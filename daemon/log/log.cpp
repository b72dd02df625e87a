#include "daemon/log/log.hpp"

#define SD_JOURNAL_SUPPRESS_LOCATION  // systemd's own macro: where in our source is no field of ours
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "core/time.hpp"

namespace seald {
namespace {

// systemd.exec(5): JOURNAL_STREAM is "device:inode" of the stream; a child with another stderr inherits the variable too.
bool stderr_is_the_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat facts {};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &facts) != 0) return false;
    return stream == std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino);
}

enum class Way { journal, json, text };

Way way_for(LogFormat format) {
    if (format == LogFormat::json) return Way::json;
    return format == LogFormat::automatic && stderr_is_the_journal() ? Way::journal : Way::text;
}

void send_to_journal(const std::vector<std::string>& fields) {
    std::vector<iovec> pieces;
    for (const auto& field : fields) pieces.push_back({const_cast<char*>(field.data()), field.size()});  // read only
    ::sd_journal_sendv(pieces.data(), static_cast<int>(pieces.size()));
}

void write_out(Way way, LogLevel level, const std::vector<LogField>& fields, std::string_view message) {
    if (way == Way::journal) return send_to_journal(journal_fields(level, fields, message));
    const std::string now = to_rfc3339(SystemClock().now());
    const std::string line = (way == Way::json ? json_line : text_line)(level, fields, message, now) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

// What is said with spdlog, without fields.
class Sink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit Sink(Way way) : way_(way) {}
    void event(LogLevel level, const std::vector<LogField>& fields, std::string_view message) {
        const std::lock_guard<std::mutex> one_line_at_a_time(mutex_);
        write_out(way_, level, fields, message);
    }

  private:
    void sink_it_(const spdlog::details::log_msg& said) override {
        write_out(way_, said.level, {}, {said.payload.data(), said.payload.size()});
    }
    void flush_() override { std::fflush(stderr); }
    const Way way_;
};

}  // namespace

void open_log(LogFormat format, LogLevel level) {
    auto sink = std::make_shared<Sink>(way_for(format));
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("seald", std::move(sink)));
    set_log_level(level);
}

void set_log_level(LogLevel level) { spdlog::default_logger()->set_level(level); }

void log_event(LogLevel level, const std::vector<LogField>& fields, std::string_view message) {
    const auto logger = spdlog::default_logger();
    if (!logger->should_log(level)) return;
    for (const auto& sink : logger->sinks())
        if (auto* ours = dynamic_cast<Sink*>(sink.get())) return ours->event(level, fields, message);
    logger->log(level, text_line(level, fields, message, ""));  // a test's own logger
}

}  // namespace seald
