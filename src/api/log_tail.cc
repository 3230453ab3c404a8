#include "api/log_tail.h"

#include <algorithm>
#include <chrono>
#include <fmt/core.h>
#include <utility>

#include "api/logs.h"
#include "base/json_writer.h"
#include "net/sse.h"
#include "records/log_matcher.h"

namespace vedette::api {
namespace {

constexpr size_t kQueryBytesMax = 8192;

std::string DroppedEvent(uint64_t lines) {
  std::string out;
  net::AppendSseEvent(
      {.id = {}, .event = "dropped", .data = fmt::format("{{\"lines\":{}}}", lines)}, out);
  return out;
}

}  // namespace

struct LogTail::Reader {
  Reader(model::TenantName name, query::logs::Query wanted)
      : tenant(std::move(name)), query(std::move(wanted)), matcher(*query.condition) {}

  const model::TenantName tenant;
  const query::logs::Query query;
  const records::LogMatcher matcher;
  std::shared_ptr<net::ResponseStream> stream;
  base::SteadyPoint second;  // when the counts below began
  size_t lines = 0;
  size_t bytes = 0;
  uint64_t dropped = 0;  // since the reader was told
};

LogTail::LogTail(Options options, const base::Clock& clock, base::MetricsRegistry& metrics)
    : options_(options),
      clock_(clock),
      open_(metrics.AddGauge("vedette_log_tails_open", "Open live tails of log lines")),
      sent_(metrics.AddCounter("vedette_log_tail_lines_total", "Log lines sent to live tails")),
      dropped_(metrics.AddCounter("vedette_log_tail_lines_dropped_total",
                                  "Log lines that live tails were too slow for")) {}

LogTail::~LogTail() = default;

base::Result<> LogTail::Open(const model::TenantName& tenant, query::logs::Query query,
                             std::unique_ptr<net::Responder>& responder) {
  if (query.aggregation.has_value() || !query.sort_by.empty()) {
    return base::InvalidArgument("a live tail can neither count nor sort", "query");
  }
  auto reader = std::make_unique<Reader>(tenant, std::move(query));
  base::MutexLock lock(mutex_);
  DropClosed();
  if (readers_.size() >= options_.streams_max) {
    return base::ResourceExhausted(fmt::format("{} live tails are open", options_.streams_max));
  }
  reader->second = clock_.Steady();
  net::Response head = net::SseHead();
  net::AppendSseComment("tailing", head.body);
  reader->stream = responder->Stream(std::move(head));
  readers_.push_back(std::move(reader));
  open_.Set(static_cast<double>(readers_.size()));
  return {};
}

void LogTail::Send(Reader& reader, const records::LogBatch& batch) {
  const base::SteadyPoint now = clock_.Steady();
  std::string out;
  if (now - reader.second >= std::chrono::seconds(1)) {
    reader.second = now;
    reader.lines = 0;
    reader.bytes = 0;
    if (reader.dropped > 0) out += DroppedEvent(std::exchange(reader.dropped, 0));
  }
  records::BatchLine line(batch);
  for (size_t row = 0; row < batch.rows().size(); ++row) {
    line.MoveTo(row);
    if (!reader.matcher.Matches(line)) continue;
    if (reader.lines >= options_.lines_per_second || reader.bytes >= options_.bytes_per_second) {
      ++reader.dropped;
      dropped_.Add();
      continue;
    }
    const model::LogRecord record = query::logs::Shown(line, reader.query);
    std::string data;
    base::JsonWriter json(data);
    WriteLog(json, record, reader.query.fields);
    const size_t before = out.size();
    net::AppendSseEvent({.id = record.id, .event = "log", .data = data}, out);
    ++reader.lines;
    reader.bytes += out.size() - before;
    sent_.Add();
  }
  if (!out.empty()) reader.stream->Write(out);
}

void LogTail::OnBatch(const records::LogBatch& batch) {
  base::MutexLock lock(mutex_);
  for (const auto& reader : readers_) {
    if (reader->tenant == batch.tenant() && !reader->stream->closed()) Send(*reader, batch);
  }
}

void LogTail::Heartbeat() {
  base::MutexLock lock(mutex_);
  for (const auto& reader : readers_) {
    std::string out;
    net::AppendSseComment("alive", out);
    if (reader->dropped > 0) out += DroppedEvent(std::exchange(reader->dropped, 0));
    reader->stream->Write(out);
  }
  DropClosed();
}

void LogTail::Close() {
  base::MutexLock lock(mutex_);
  for (const auto& reader : readers_) reader->stream->Close();
  readers_.clear();
  open_.Set(0);
}

void LogTail::DropClosed() {
  std::erase_if(readers_, [](const auto& reader) { return reader->stream->closed(); });
  open_.Set(static_cast<double>(readers_.size()));
}

std::vector<Route> LogTailRoutes(LogTail& tail) {
  const auto open = [&tail](const Call& call, std::unique_ptr<net::Responder> responder) {
    const std::string text = call.Parameter("query").value_or("*");
    base::Result<> opened;
    if (text.size() > kQueryBytesMax) {
      opened = base::InvalidArgument("the query is too long", "query");
    } else {
      base::Result<query::logs::Query> query = query::logs::Parse(text.empty() ? "*" : text);
      opened = query.ok() ? tail.Open(call.caller.tenant, *std::move(query), responder)
                          : base::Result<>(query.error());
    }
    if (!opened.ok()) responder->Send(ErrorResponse(opened.error()));
  };
  return {{.method = "GET",
           .pattern = "/api/v1/logs/tail",
           .permission = Permission::kRead,
           .handler = {},
           .operation = "tailLogs",
           .stream = open}};
}

}  // namespace vedette::api
