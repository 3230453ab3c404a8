#include "base/log.h"

#include <atomic>
#include <unistd.h>
#include <utility>

#include "base/clock.h"
#include "base/duration.h"
#include "base/json_writer.h"
#include "base/mutex.h"

namespace vedette::base {
namespace {

// The process has one log, as it has one stderr: the only global state of base.
std::atomic<LogLevel> minimum_level{LogLevel::kInfo};
Mutex sink_mutex;
std::function<void(std::string_view)> sink GUARDED_BY(sink_mutex);

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "error";
}

// One write per line keeps lines whole; what a full pipe refuses is lost rather than waited for.
void WriteLine(std::string line) {
  line += '\n';
  size_t done = 0;
  while (done < line.size()) {
    const ssize_t n = ::write(STDERR_FILENO, line.data() + done, line.size() - done);
    if (n <= 0) return;
    done += static_cast<size_t>(n);
  }
}

}  // namespace

void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < minimum_level.load(std::memory_order_relaxed)) return;
  std::string line;
  JsonWriter json(line);
  json.BeginObject()
      .Field("time", FormatTime(SystemClock().Now()))
      .Field("level", LevelName(level))
      .Field("message", message);
  for (const LogField& field : fields) {
    json.Key(field.name);
    std::visit([&](const auto& value) { json.Value(value); }, field.value);
  }
  json.EndObject();

  MutexLock lock(sink_mutex);
  if (sink) {
    sink(line);
  } else {
    WriteLine(std::move(line));
  }
}

void SetLogLevel(LogLevel level) { minimum_level.store(level, std::memory_order_relaxed); }

void SetLogSink(std::function<void(std::string_view line)> new_sink) {
  MutexLock lock(sink_mutex);
  sink = std::move(new_sink);
}

}  // namespace vedette::base
