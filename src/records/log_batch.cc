#include "records/log_batch.h"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

#include "model/labels.h"
#include "records/bits.h"

namespace vedette::records {
namespace {

constexpr char kVersion = 1;
constexpr size_t kShortTextMax = 1024;  // of an id, of a trace id
constexpr uint8_t kLevelBits = 7;
constexpr uint8_t kSameStream = 8;
constexpr uint8_t kHasTrace = 16;
constexpr uint8_t kHasId = 32;
constexpr uint64_t kIdDistanceMax = UINT32_MAX;

uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
int64_t UnZigZag(uint64_t value) { return static_cast<int64_t>((value >> 1) ^ (0 - (value & 1))); }

base::Result<> Check(const model::LogRecord& record, size_t index) {
  if (record.id.empty() || record.id.size() > kShortTextMax) {
    return base::InvalidArgument(fmt::format("an id must have 1 to {} bytes, this one has {}",
                                             kShortTextMax, record.id.size()),
                                 fmt::format("logs[{}].id", index));
  }
  if (record.trace_id.size() > kShortTextMax) {
    return base::InvalidArgument(fmt::format("a trace id has at most {} bytes", kShortTextMax),
                                 fmt::format("logs[{}].trace_id", index));
  }
  return {};
}

void AppendStream(std::string& out, const model::LogRecord& record) {
  AppendSized(out, record.service);
  model::AppendVarint(out, record.fields.size());
  for (const auto& [name, value] : record.fields) {
    AppendSized(out, name);
    AppendSized(out, value);
  }
}

}  // namespace

base::Result<std::string> LogBatch::Encode(std::string_view tenant,
                                           const std::vector<model::LogRecord>& records) {
  size_t bytes = 64;
  for (const model::LogRecord& record : records) bytes += record.message.size() + 16;
  std::string out;
  out.reserve(bytes + bytes / 8);
  out += kVersion;
  AppendSized(out, tenant);
  const auto first_id = records.empty() ? std::optional<IdNumber>(0) : ParseId(records[0].id);
  const IdNumber base_id = first_id.value_or(0);
  AppendFixed64(out, static_cast<uint64_t>(base_id >> 64));
  AppendFixed64(out, static_cast<uint64_t>(base_id));
  model::AppendVarint(out, records.size());
  int64_t time_before = 0;
  uint64_t id_before = 0;
  const model::LogRecord* before = nullptr;
  for (size_t i = 0; i < records.size(); ++i) {
    const model::LogRecord& record = records[i];
    VEDETTE_TRY_VOID(Check(record, i));
    const auto id = ParseId(record.id);
    const bool near =
        id.has_value() && first_id.has_value() && *id >= base_id && *id - base_id <= kIdDistanceMax;
    const bool same_stream =
        before != nullptr && before->service == record.service && before->fields == record.fields;
    auto flags = static_cast<unsigned>(record.level);
    if (same_stream) flags |= kSameStream;
    if (!record.trace_id.empty()) flags |= kHasTrace;
    if (!near) flags |= kHasId;
    out += static_cast<char>(flags);
    const int64_t time_ms = base::ToMillis(record.time);
    model::AppendVarint(out, ZigZag(time_ms - time_before));
    time_before = time_ms;
    if (!same_stream) AppendStream(out, record);
    if (!record.trace_id.empty()) AppendSized(out, record.trace_id);
    if (near) {
      const auto distance = static_cast<uint64_t>(*id - base_id);
      model::AppendVarint(out, ZigZag(static_cast<int64_t>(distance - id_before)));
      id_before = distance;
    } else {
      AppendSized(out, record.id);
    }
    AppendSized(out, record.message);
    before = &record;
  }
  if (out.size() > UINT32_MAX) return base::InvalidArgument("the batch has more than 4 GiB");
  return out;
}

base::Result<std::shared_ptr<LogBatch>> LogBatch::Parse(std::string bytes) {
  if (bytes.size() > UINT32_MAX) return base::DataLoss("the batch has more than 4 GiB");
  std::shared_ptr<LogBatch> batch(new LogBatch(std::move(bytes)));
  if (!batch->ParseAll()) return base::DataLoss("the batch of log lines is damaged");
  batch->Sort();
  return batch;
}

// Reads rows one after another; the views are into the batch's bytes.
struct LogBatch::Reader {
  explicit Reader(LogBatch& owner) : batch(owner), rest(owner.bytes_) {}

  uint32_t OffsetOf(std::string_view text) const {
    return static_cast<uint32_t>(text.data() - batch.bytes_.data());
  }

  bool ReadStream() {
    Stream stream;
    uint64_t count = 0;
    if (!ReadSized(rest, stream.service) || !model::ReadVarint(rest, count)) return false;
    if (count > rest.size()) return false;
    stream.fields.reserve(count);
    for (uint64_t i = 0; i < count; ++i) {
      std::string_view name;
      std::string_view value;
      if (!ReadSized(rest, name) || !ReadSized(rest, value)) return false;
      stream.fields.emplace_back(name, value);
    }
    const auto [known, added] =
        services.emplace(stream.service, static_cast<uint32_t>(services.size()));
    service = known->second;
    batch.streams_.push_back(std::move(stream));
    return true;
  }

  uint32_t ShapeOf(uint32_t row) {
    const uint64_t hash = StableHash(splitter.shape()) + service * 0x9e3779b97f4a7c15u;
    for (auto [entry, end] = shapes.equal_range(hash); entry != end; ++entry) {
      Shape& shape = batch.shapes_[entry->second];
      if (shape.text != splitter.shape()) continue;
      ++shape.rows;
      return entry->second;
    }
    const auto index = static_cast<uint32_t>(batch.shapes_.size());
    shapes.emplace(hash, index);
    batch.shapes_.push_back({std::string(splitter.shape()),
                             static_cast<uint32_t>(batch.streams_.size() - 1), 0, row, 1});
    return index;
  }

  bool ReadId(uint8_t flags, Row& row) {
    if ((flags & kHasId) == 0) {
      uint64_t step = 0;
      if (!model::ReadVarint(rest, step)) return false;
      id += static_cast<uint64_t>(UnZigZag(step));
      row.id_offset = static_cast<uint32_t>(id);
      return id <= kIdDistanceMax;
    }
    std::string_view text;
    if (!ReadSized(rest, text) || text.empty() || text.size() > kShortTextMax) return false;
    row.id_offset = OffsetOf(text);
    row.id_size = static_cast<uint16_t>(text.size());
    return true;
  }

  bool ReadRow() {
    if (rest.empty()) return false;
    const auto flags = static_cast<uint8_t>(rest[0]);
    rest.remove_prefix(1);
    Row row;
    uint64_t step = 0;
    if ((flags & kLevelBits) > static_cast<uint8_t>(model::LogSeverity::kFatal)) return false;
    row.level = static_cast<model::LogSeverity>(flags & kLevelBits);
    if (!model::ReadVarint(rest, step)) return false;
    time_ms = static_cast<int64_t>(static_cast<uint64_t>(time_ms) +
                                   static_cast<uint64_t>(UnZigZag(step)));
    row.time_ms = time_ms;
    if ((flags & kSameStream) == 0 && !ReadStream()) return false;
    if (batch.streams_.empty()) return false;
    row.stream = static_cast<uint32_t>(batch.streams_.size() - 1);
    std::string_view text;
    if ((flags & kHasTrace) != 0) {
      if (!ReadSized(rest, text) || text.size() > kShortTextMax) return false;
      row.trace_offset = OffsetOf(text);
      row.trace_size = static_cast<uint16_t>(text.size());
    }
    if (!ReadId(flags, row) || !ReadSized(rest, text)) return false;
    row.message_offset = OffsetOf(text);
    row.message_size = static_cast<uint32_t>(text.size());
    splitter.Split(text);
    row.shape = ShapeOf(static_cast<uint32_t>(batch.rows_.size()));
    row.first_value = static_cast<uint32_t>(batch.values_.size());
    batch.values_.insert(batch.values_.end(), splitter.values().begin(), splitter.values().end());
    batch.rows_.push_back(row);
    return true;
  }

  LogBatch& batch;
  std::string_view rest;
  Splitter splitter;
  std::unordered_map<std::string_view, uint32_t> services;
  std::unordered_multimap<uint64_t, uint32_t> shapes;
  uint32_t service = 0;
  uint64_t id = 0;
  int64_t time_ms = 0;
};

bool LogBatch::ParseAll() {
  Reader reader(*this);
  if (reader.rest.empty() || reader.rest[0] != kVersion) return false;
  reader.rest.remove_prefix(1);
  uint64_t high = 0;
  uint64_t low = 0;
  uint64_t count = 0;
  if (!ReadSized(reader.rest, tenant_) || !ReadFixed64(reader.rest, high) ||
      !ReadFixed64(reader.rest, low) || !model::ReadVarint(reader.rest, count) ||
      count > reader.rest.size()) {
    return false;
  }
  first_id_ = (static_cast<IdNumber>(high) << 64) | low;
  rows_.reserve(count);
  values_.reserve(count * 8);
  for (uint64_t i = 0; i < count; ++i) {
    if (!reader.ReadRow()) return false;
  }
  return reader.rest.empty();
}

void LogBatch::Sort() {
  const auto before = [this](const Row& a, const Row& b) {
    if (a.time_ms != b.time_ms) return a.time_ms < b.time_ms;
    if (a.id_size == 0 && b.id_size == 0) return a.id_offset < b.id_offset;
    return id(a) < id(b);
  };
  if (!std::is_sorted(rows_.begin(), rows_.end(), before)) {
    std::sort(rows_.begin(), rows_.end(), before);
  }
  for (uint32_t i = static_cast<uint32_t>(rows_.size()); i-- > 0;) {
    shapes_[rows_[i].shape].example_row = i;
  }
}

std::string LogBatch::id(const Row& row) const {
  if (row.id_size > 0) return std::string(explicit_id(row));
  return FormatId(first_id_ + row.id_offset);
}

std::optional<std::string_view> BatchLine::Field(std::string_view name) const {
  for (const auto& [key, value] : batch_.stream(*row_).fields) {
    if (key == name) return value;
  }
  return std::nullopt;
}

model::LogRecord BatchLine::Record() const {
  model::LogRecord record;
  record.id = batch_.id(*row_);
  record.time = base::FromMillis(row_->time_ms);
  record.level = row_->level;
  record.service = service();
  record.message = message();
  record.trace_id = trace_id();
  for (const auto& [name, value] : batch_.stream(*row_).fields) {
    record.fields.emplace_back(name, value);
  }
  return record;
}

}  // namespace vedette::records
