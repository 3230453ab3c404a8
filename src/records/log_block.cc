#include "records/log_block.h"

#include <algorithm>

#include "model/labels.h"
#include "records/bits.h"
#include "records/compress.h"

namespace vedette::records {
namespace {

constexpr char kVersion = 1;
constexpr uint64_t kRowsMax = 1 << 24;

base::Error Damaged(std::string_view what) {
  return base::DataLoss("the " + std::string(what) + " of a block of log lines is damaged");
}

size_t HolesOf(std::string_view shape) {
  return static_cast<size_t>(std::count(shape.begin(), shape.end(), kHole));
}

}  // namespace

uint64_t FieldHash(std::string_view name, std::string_view value) {
  return StableHash(name) * 0x9e3779b97f4a7c15u ^ StableHash(value);
}

std::string LogMeta::Encode() const {
  std::string out{kVersion};
  model::AppendVarint(out, rows);
  AppendFixed64(out, static_cast<uint64_t>(min_time_ms));
  AppendFixed64(out, static_cast<uint64_t>(max_time_ms));
  for (const uint64_t count : levels) model::AppendVarint(out, count);
  model::AppendVarint(out, services.size());
  for (const std::string& service : services) AppendSized(out, service);
  return out;
}

base::Result<LogMeta> LogMeta::Parse(std::string_view bytes) {
  if (bytes.empty() || bytes[0] != kVersion) return Damaged("meta");
  bytes.remove_prefix(1);
  LogMeta meta;
  uint64_t min_time = 0;
  uint64_t max_time = 0;
  if (!model::ReadVarint(bytes, meta.rows) || meta.rows == 0 || meta.rows > kRowsMax ||
      !ReadFixed64(bytes, min_time) || !ReadFixed64(bytes, max_time)) {
    return Damaged("meta");
  }
  meta.min_time_ms = static_cast<int64_t>(min_time);
  meta.max_time_ms = static_cast<int64_t>(max_time);
  for (uint64_t& count : meta.levels) {
    if (!model::ReadVarint(bytes, count)) return Damaged("meta");
  }
  uint64_t services = 0;
  if (!model::ReadVarint(bytes, services) || services > kServicesMax) return Damaged("meta");
  for (uint64_t i = 0; i < services; ++i) {
    std::string_view name;
    if (!ReadSized(bytes, name)) return Damaged("meta");
    meta.services.emplace_back(name);
  }
  if (!bytes.empty()) return Damaged("meta");
  return meta;
}

// -- Decoding

namespace {

// Numbers rows within their group, in order.
std::vector<uint32_t> RankInGroup(const std::vector<uint64_t>& group_of, size_t groups,
                                  std::vector<size_t>& sizes) {
  sizes.assign(groups, 0);
  std::vector<uint32_t> ranks;
  ranks.reserve(group_of.size());
  for (const uint64_t group : group_of) ranks.push_back(static_cast<uint32_t>(sizes[group]++));
  return ranks;
}

bool AllBelow(const std::vector<uint64_t>& values, uint64_t limit) {
  return std::all_of(values.begin(), values.end(), [&](uint64_t v) { return v < limit; });
}

}  // namespace

base::Result<std::unique_ptr<LogBlock>> LogBlock::ParseHead(const LogMeta& meta,
                                                            std::string_view head) {
  if (head.empty() || head[0] != kVersion) return Damaged("head");
  head.remove_prefix(1);
  auto block = std::make_unique<LogBlock>();
  VEDETTE_TRY(block->head_, ReadCompressed(head));
  block->times_.resize(meta.rows);
  if (!head.empty() || !block->ReadHead(block->head_)) return Damaged("head");
  return block;
}

bool LogBlock::ReadHead(std::string_view bytes) {
  const size_t rows = times_.size();
  uint64_t count = 0;
  if (!model::ReadVarint(bytes, count) || count == 0 || count > rows) return false;
  shapes_.resize(count);
  for (Shape& shape : shapes_) {
    if (!ReadFixed64(bytes, shape.pattern) || !ReadSized(bytes, shape.text)) return false;
    shape.holes = HolesOf(shape.text);
  }
  if (!model::ReadVarint(bytes, count) || count == 0 || count > rows) return false;
  services_.resize(count);
  for (std::string_view& service : services_) {
    if (!ReadSized(bytes, service)) return false;
  }
  if (!ReadPacked(bytes, rows, times_) || !ReadPacked(bytes, rows, levels_) ||
      !ReadPacked(bytes, rows, service_of_) || !ReadPacked(bytes, rows, shape_of_) ||
      !bytes.empty() || !AllBelow(levels_, 6) || !AllBelow(service_of_, services_.size()) ||
      !AllBelow(shape_of_, shapes_.size())) {
    return false;
  }
  for (const uint64_t shape : shape_of_) ++shapes_[shape].rows;
  return std::is_sorted(times_.begin(), times_.end(), [](uint64_t a, uint64_t b) {
    return static_cast<int64_t>(a) < static_cast<int64_t>(b);
  });
}

base::Result<> LogBlock::ParseBody(std::string_view body, const WantedParts& wanted) {
  if (body.empty() || body[0] != kVersion) return Damaged("body");
  body.remove_prefix(1);
  VEDETTE_TRY(body_, ReadCompressed(body));
  VEDETTE_TRY(texts_, ReadCompressed(body));
  if (!body.empty() || !ReadBody(body_, wanted)) return Damaged("body");
  has_body_ = true;
  return {};
}

bool LogBlock::ReadBody(std::string_view bytes, const WantedParts& wanted) {
  return ReadIds(bytes, wanted.fields) && trace_ids_.Read(bytes, texts_, rows(), wanted.fields) &&
         ReadFields(bytes, wanted.fields) && ReadMessages(bytes, wanted.shapes) && bytes.empty();
}

bool LogBlock::ReadIds(std::string_view& bytes, bool wanted) {
  uint64_t count = 0;
  if (!model::ReadVarint(bytes, count) || count > bytes.size() / 16) return false;
  id_bases_.resize(count);
  for (IdNumber& base : id_bases_) {
    uint64_t high = 0;
    uint64_t low = 0;
    if (!ReadFixed64(bytes, high) || !ReadFixed64(bytes, low)) return false;
    base = (static_cast<IdNumber>(high) << 64) | low;
  }
  if (!wanted) {
    return SkipPacked(bytes, rows()) && SkipPacked(bytes, rows()) &&
           explicit_ids_.Read(bytes, texts_, rows(), false);
  }
  if (!ReadPacked(bytes, rows(), id_base_of_) || !ReadPacked(bytes, rows(), id_distance_) ||
      !AllBelow(id_base_of_, count + 1)) {
    return false;
  }
  std::vector<uint64_t> next(count, 0);
  for (size_t i = 0; i < rows(); ++i) {
    if (id_base_of_[i] == 0) continue;
    uint64_t& expected = next[id_base_of_[i] - 1];
    const uint64_t step = (id_distance_[i] >> 1) ^ (0 - (id_distance_[i] & 1));
    id_distance_[i] = expected + step;
    expected = id_distance_[i] + 1;
  }
  return explicit_ids_.Read(bytes, texts_, rows());
}

bool LogBlock::ReadFields(std::string_view& bytes, bool wanted) {
  uint64_t count = 0;
  if (!model::ReadVarint(bytes, count) || count == 0 || count > rows()) return false;
  field_sets_.resize(count);
  for (FieldSet& set : field_sets_) {
    uint64_t names = 0;
    if (!model::ReadVarint(bytes, names) || names > bytes.size()) return false;
    set.names.resize(names);
    for (std::string_view& name : set.names) {
      if (!ReadSized(bytes, name)) return false;
    }
  }
  if (!ReadPacked(bytes, rows(), field_set_of_) || !AllBelow(field_set_of_, count)) return false;
  std::vector<size_t> sizes;
  row_in_field_set_ = RankInGroup(field_set_of_, count, sizes);
  for (size_t s = 0; s < count; ++s) {
    FieldSet& set = field_sets_[s];
    set.columns.resize(set.names.size());
    for (Column& column : set.columns) {
      if (!column.Read(bytes, texts_, sizes[s], wanted)) return false;
    }
  }
  return true;
}

bool LogBlock::ReadMessages(std::string_view& bytes, const std::vector<bool>& wanted) {
  std::vector<size_t> sizes;
  row_in_shape_ = RankInGroup(shape_of_, shapes_.size(), sizes);
  for (size_t s = 0; s < shapes_.size(); ++s) {
    first_value_.push_back(values_.size());
    const bool this_one = wanted.empty() || wanted[s];
    for (size_t hole = 0; hole < shapes_[s].holes; ++hole) {
      values_.emplace_back();
      if (!values_.back().Read(bytes, texts_, sizes[s], this_one)) return false;
    }
  }
  return true;
}

void LogBlock::AppendMessage(size_t row, std::string& out) const {
  const size_t s = shape_of_[row];
  std::string_view text = shapes_[s].text;
  const uint32_t rank = row_in_shape_[row];
  for (size_t value = first_value_[s];; ++value) {
    const size_t hole = text.find(kHole);
    out += text.substr(0, hole);
    if (hole == std::string_view::npos) return;
    values_[value].Append(rank, out);
    text.remove_prefix(hole + 1);
  }
}

std::string LogBlock::id(size_t row) const {
  if (id_base_of_[row] > 0) return FormatId(id_bases_[id_base_of_[row] - 1] + id_distance_[row]);
  std::string id;
  explicit_ids_.Append(row, id);
  return id;
}

bool LogBlock::AppendField(size_t row, std::string_view name, std::string& out) const {
  const FieldSet& set = field_sets_[field_set_of_[row]];
  for (size_t i = 0; i < set.names.size(); ++i) {
    if (set.names[i] != name) continue;
    set.columns[i].Append(row_in_field_set_[row], out);
    return true;
  }
  return false;
}

std::vector<std::pair<std::string, std::string>> LogBlock::fields(size_t row) const {
  const FieldSet& set = field_sets_[field_set_of_[row]];
  std::vector<std::pair<std::string, std::string>> fields;
  for (size_t i = 0; i < set.names.size(); ++i) {
    fields.emplace_back(set.names[i], std::string());
    set.columns[i].Append(row_in_field_set_[row], fields.back().second);
  }
  return fields;
}

bool LogBlock::MayContain(size_t shape, std::string_view folded_part) const {
  for (size_t i = 0; i < shapes_[shape].holes; ++i) {
    if (values_[first_value_[shape] + i].MayContain(folded_part)) return true;
  }
  return false;
}

std::string_view BlockLine::message() const {
  if (!has_message_) {
    message_.clear();
    block_.AppendMessage(row_, message_);
    has_message_ = true;
  }
  return message_;
}

std::string_view BlockLine::trace_id() const {
  scratch_.clear();
  block_.AppendTraceId(row_, scratch_);
  return scratch_;
}

std::optional<std::string_view> BlockLine::Field(std::string_view name) const {
  scratch_.clear();
  if (!block_.AppendField(row_, name, scratch_)) return std::nullopt;
  return scratch_;
}

model::LogRecord BlockLine::Record() const {
  model::LogRecord record;
  record.id = block_.id(row_);
  record.time = base::FromMillis(time_ms());
  record.level = level();
  record.service = service();
  record.message = message();
  record.trace_id = trace_id();
  record.fields = block_.fields(row_);
  return record;
}

}  // namespace vedette::records
