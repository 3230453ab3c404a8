#include "records/log_block.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "model/labels.h"
#include "records/bits.h"
#include "records/compress.h"
#include "records/word_filter.h"

namespace vedette::records {
namespace {

constexpr char kVersion = 1;
constexpr uint64_t kRowsMax = 1 << 24;
constexpr size_t kAhead = 8;  // lines
constexpr size_t kPrefetchedBytes = 256;
constexpr size_t kWordBytesMin = 3;  // shorter words are in every block

base::Error Damaged(std::string_view what) {
  return base::DataLoss("the " + std::string(what) + " of a block of log lines is damaged");
}

size_t HolesOf(std::string_view shape) {
  return static_cast<size_t>(std::count(shape.begin(), shape.end(), kHole));
}

template <typename Key>
class Numbering {
 public:
  uint64_t Of(const Key& key) {
    const auto [entry, added] = numbers_.emplace(key, order_.size());
    if (added) order_.push_back(key);
    return entry->second;
  }
  const std::vector<Key>& order() const { return order_; }

 private:
  std::map<Key, uint64_t> numbers_;
  std::vector<Key> order_;
};

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

// -- Encoding

namespace {

// Turns rows into the parts of a block, step by step.
class Encoder {
 public:
  explicit Encoder(std::span<const LogRowRef> rows) : rows_(rows) {}

  EncodedLogBlock Encode() {
    NumberShapes();
    EncodedLogBlock block;
    FillMeta(block.meta);
    block.head += kVersion;
    AppendCompressed(block.head, Head());
    AppendIds();
    AppendTraceIds();
    AppendFields();
    AppendMessages();
    block.body += kVersion;
    AppendCompressed(block.body, columns_);
    AppendCompressed(block.body, texts_);
    block.filter += kVersion;
    for (const std::string_view text : shapes_.order_texts) AddWords(text);
    block.filter += MakeWordFilter(words_);
    return block;
  }

 private:
  struct Shapes {
    std::vector<std::string_view> order_texts;
    std::vector<uint64_t> patterns;
    std::vector<uint64_t> of_row;
    std::vector<std::vector<uint32_t>> rows;  // by shape
  };

  const LogBatch::Row& Row(size_t i) const { return rows_[i].batch->rows()[rows_[i].row]; }
  const LogBatch::Stream& StreamOf(size_t i) const { return rows_[i].batch->stream(Row(i)); }
  void AddWord(std::string_view word) {
    if (word.size() >= kWordBytesMin) words_.push_back(WordHash(word));
  }
  void AddWords(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
      const size_t begin = i;
      while (i < text.size() && IsWordByte(text[i])) ++i;
      AddWord(text.substr(begin, i - begin));
      ++i;
    }
  }
  void Append(std::span<const std::string_view> values) { AppendColumn(values, columns_, texts_); }

  void NumberShapes() {
    struct ShapeKey {
      std::string_view text;
      uint64_t pattern;
      auto operator<=>(const ShapeKey&) const = default;
    };
    Numbering<ShapeKey> numbering;
    std::unordered_map<const LogBatch*, std::vector<uint32_t>> known;
    const LogBatch* batch = nullptr;
    std::vector<uint32_t>* numbers = nullptr;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].batch != batch) {
        batch = rows_[i].batch;
        numbers = &known[batch];
        numbers->resize(batch->shapes().size(), UINT32_MAX);
      }
      uint32_t& number = (*numbers)[Row(i).shape];
      if (number == UINT32_MAX) {
        const LogBatch::Shape& shape = batch->shapes()[Row(i).shape];
        number = static_cast<uint32_t>(numbering.Of({shape.text, shape.pattern}));
        shapes_.rows.resize(numbering.order().size());
      }
      shapes_.of_row.push_back(number);
      shapes_.rows[number].push_back(static_cast<uint32_t>(i));
    }
    for (const ShapeKey& key : numbering.order()) {
      shapes_.order_texts.push_back(key.text);
      shapes_.patterns.push_back(key.pattern);
    }
  }

  void FillMeta(LogMeta& meta) const {
    meta.rows = rows_.size();
    meta.min_time_ms = Row(0).time_ms;
    meta.max_time_ms = Row(rows_.size() - 1).time_ms;
    std::vector<std::string_view> services;
    std::string_view before;
    for (size_t i = 0; i < rows_.size(); ++i) {
      ++meta.levels[static_cast<size_t>(Row(i).level)];
      const std::string_view service = StreamOf(i).service;
      if (i == 0 || service != before) services.push_back(service);
      before = service;
    }
    std::sort(services.begin(), services.end());
    services.erase(std::unique(services.begin(), services.end()), services.end());
    if (services.size() > LogMeta::kServicesMax) return;
    meta.services.assign(services.begin(), services.end());
  }

  std::string Head() const {
    std::string out;
    model::AppendVarint(out, shapes_.order_texts.size());
    for (size_t i = 0; i < shapes_.order_texts.size(); ++i) {
      AppendFixed64(out, shapes_.patterns[i]);
      AppendSized(out, shapes_.order_texts[i]);
    }
    Numbering<std::string_view> services;
    std::vector<uint64_t> service_of;
    std::vector<uint64_t> times;
    std::vector<uint64_t> levels;
    for (size_t i = 0; i < rows_.size(); ++i) {
      service_of.push_back(services.Of(StreamOf(i).service));
      times.push_back(static_cast<uint64_t>(Row(i).time_ms));
      levels.push_back(static_cast<uint64_t>(Row(i).level));
    }
    model::AppendVarint(out, services.order().size());
    for (const std::string_view service : services.order()) AppendSized(out, service);
    AppendPacked(out, times);
    AppendPacked(out, levels);
    AppendPacked(out, service_of);
    AppendPacked(out, shapes_.of_row);
    return out;
  }

  // A batch's ids are close together: a row says which batch, and how far it is from the row of
  // that batch before it.
  void AppendIds() {
    std::unordered_map<const LogBatch*, uint64_t> known;
    std::vector<IdNumber> bases;
    std::vector<uint64_t> next;
    std::vector<uint64_t> base_of;
    std::vector<uint64_t> distances;
    std::vector<std::string_view> explicit_ids;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const LogBatch& batch = *rows_[i].batch;
      const LogBatch::Row& row = Row(i);
      explicit_ids.push_back(batch.explicit_id(row));
      if (row.id_size > 0) {
        base_of.push_back(0);
        distances.push_back(0);
        continue;
      }
      const auto [entry, added] = known.emplace(&batch, bases.size());
      if (added) {
        bases.push_back(batch.first_id());
        next.push_back(0);
      }
      base_of.push_back(entry->second + 1);
      uint64_t& expected = next[entry->second];
      const uint64_t step = row.id_offset - expected;
      distances.push_back((step << 1) ^ (0 - (step >> 63)));
      expected = row.id_offset + uint64_t{1};
    }
    model::AppendVarint(columns_, bases.size());
    for (const IdNumber base : bases) {
      AppendFixed64(columns_, static_cast<uint64_t>(base >> 64));
      AppendFixed64(columns_, static_cast<uint64_t>(base));
    }
    AppendPacked(columns_, base_of);
    AppendPacked(columns_, distances);
    Append(explicit_ids);
  }

  void AppendTraceIds() {
    std::vector<std::string_view> ids;
    for (size_t i = 0; i < rows_.size(); ++i) {
      ids.push_back(rows_[i].batch->trace_id(Row(i)));
      AddWords(ids.back());
    }
    Append(ids);
  }

  void AppendFields() {
    Numbering<std::vector<std::string_view>> sets;
    std::vector<uint64_t> set_of;
    std::vector<std::vector<uint32_t>> rows;
    std::vector<std::string_view> names;
    const LogBatch::Stream* before = nullptr;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const LogBatch::Stream& stream = StreamOf(i);
      if (&stream != before) {
        names.clear();
        for (const auto& [name, value] : stream.fields) {
          names.push_back(name);
          words_.push_back(FieldHash(name, value));
        }
        before = &stream;
        set_of.push_back(sets.Of(names));
      } else {
        set_of.push_back(set_of.back());
      }
      rows.resize(sets.order().size());
      rows[set_of.back()].push_back(static_cast<uint32_t>(i));
    }
    model::AppendVarint(columns_, sets.order().size());
    for (const auto& set : sets.order()) {
      model::AppendVarint(columns_, set.size());
      for (const std::string_view name : set) AppendSized(columns_, name);
    }
    AppendPacked(columns_, set_of);
    std::vector<std::string_view> values;
    for (size_t s = 0; s < rows.size(); ++s) {
      for (size_t f = 0; f < sets.order()[s].size(); ++f) {
        values.clear();
        for (const uint32_t i : rows[s]) values.push_back(StreamOf(i).fields[f].second);
        Append(values);
      }
    }
  }

  void AppendMessages() {
    std::vector<std::string_view> values;  // hole by hole
    for (size_t s = 0; s < shapes_.order_texts.size(); ++s) {
      const bool whole = shapes_.order_texts[s] == std::string_view(&kHole, 1);
      const size_t holes = HolesOf(shapes_.order_texts[s]);
      const std::vector<uint32_t>& rows = shapes_.rows[s];
      values.resize(holes * rows.size());
      for (size_t r = 0; r < rows.size(); ++r) {
        if (r + kAhead < rows.size()) Prefetch(rows[r + kAhead]);
        const LogRowRef& ref = rows_[rows[r]];
        const std::string_view message = ref.batch->message(Row(rows[r]));
        const std::span<const ValueSpan> spans = ref.batch->values(ref.row, holes);
        for (size_t hole = 0; hole < holes; ++hole) {
          values[hole * rows.size() + r] = message.substr(spans[hole].offset, spans[hole].size);
          if (!whole) AddWordAround(message, spans[hole]);
        }
        if (whole) AddWords(message);
      }
      for (size_t hole = 0; hole < holes; ++hole) {
        Append(std::span(values).subspan(hole * rows.size(), rows.size()));
      }
    }
  }

  // A shape's lines lie far apart in memory: asks for one that will be needed soon.
  void Prefetch(uint32_t i) const {
    const LogRowRef& ref = rows_[i];
    const LogBatch::Row& row = Row(i);
    const std::string_view message = ref.batch->message(row);
    __builtin_prefetch(ref.batch->values(ref.row, 0).data());
    for (size_t at = 0; at < message.size() && at < kPrefetchedBytes; at += 64) {
      __builtin_prefetch(message.data() + at);
    }
  }

  // The word that a value is in: "90" of "90ms" makes the word "90ms".
  void AddWordAround(std::string_view message, ValueSpan value) {
    size_t begin = value.offset;
    size_t end = value.offset + value.size;
    while (begin > 0 && IsWordByte(message[begin - 1])) --begin;
    while (end < message.size() && IsWordByte(message[end])) ++end;
    AddWord(message.substr(begin, end - begin));
  }

  const std::span<const LogRowRef> rows_;
  Shapes shapes_;
  std::string columns_;
  std::string texts_;
  std::vector<uint64_t> words_;
};

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

EncodedLogBlock EncodeLogBlock(std::span<const LogRowRef> rows) { return Encoder(rows).Encode(); }

// -- Decoding

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
