#include <algorithm>
#include <map>
#include <unordered_map>

#include "model/labels.h"
#include "records/bits.h"
#include "records/compress.h"
#include "records/log_block.h"
#include "records/word_filter.h"

namespace vedette::records {
namespace {

constexpr char kVersion = 1;
constexpr size_t kAhead = 8;  // lines
constexpr size_t kPrefetchedBytes = 256;
constexpr size_t kWordBytesMin = 3;  // shorter words are in every block

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

// Turns rows into the parts of a block, step by step. What a step needs of a row is copied to one
// place first: the rows lie in many batches. What rows have in common by their batch and stream is
// found out once for each, not once a row.
class Encoder {
 public:
  explicit Encoder(std::span<const LogRowRef> rows) { Gather(rows); }

  EncodedLogBlock Encode() {
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
    for (const ShapeKey& shape : shapes_.order()) AddWords(shape.text);
    block.filter += MakeWordFilter(words_);
    return block;
  }

 private:
  struct ShapeKey {
    std::string_view text;
    uint64_t pattern;
    auto operator<=>(const ShapeKey&) const = default;
  };
  struct Line {
    const LogBatch* batch;
    uint32_t index;  // in the batch
    uint32_t batch_number;
    uint32_t stream;
    uint32_t shape;
    LogBatch::Row row;
  };
  // What the rows of a batch share: the numbers of its streams and shapes in the block.
  struct Known {
    uint32_t number;
    std::vector<uint32_t> streams;
    std::vector<uint32_t> shapes;
  };

  void Gather(std::span<const LogRowRef> rows) {
    std::unordered_map<const LogBatch*, Known> known;
    const LogBatch* batch = nullptr;
    Known* of_batch = nullptr;
    lines_.reserve(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i + kAhead < rows.size()) {
        __builtin_prefetch(&rows[i + kAhead].batch->rows()[rows[i + kAhead].row]);
      }
      if (rows[i].batch != batch) {
        batch = rows[i].batch;
        of_batch = &known[batch];
        if (of_batch->shapes.empty()) {
          of_batch->number = static_cast<uint32_t>(batches_.size());
          of_batch->streams.assign(batch->stream_count(), UINT32_MAX);
          of_batch->shapes.assign(batch->shapes().size(), UINT32_MAX);
          batches_.push_back(batch);
        }
      }
      const LogBatch::Row& row = batch->rows()[rows[i].row];
      uint32_t& stream = of_batch->streams[row.stream];
      if (stream == UINT32_MAX) {
        stream = static_cast<uint32_t>(streams_.size());
        streams_.push_back(&batch->stream(row));
      }
      uint32_t& shape = of_batch->shapes[row.shape];
      if (shape == UINT32_MAX) {
        const LogBatch::Shape& text = batch->shapes()[row.shape];
        shape = static_cast<uint32_t>(shapes_.Of({text.text, text.pattern}));
        rows_of_shape_.resize(shapes_.order().size());
      }
      rows_of_shape_[shape].push_back(static_cast<uint32_t>(i));
      lines_.push_back({batch, rows[i].row, of_batch->number, stream, shape, row});
    }
  }

  void AddWord(std::string_view word) {
    if (word.size() >= kWordBytesMin) words_.Add(WordHash(word));
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
  // A column that says the same of every row need not be given every row.
  void AppendConstant(std::string_view value) { Append(std::span(&value, 1)); }

  void FillMeta(LogMeta& meta) const {
    meta.rows = lines_.size();
    meta.min_time_ms = lines_.front().row.time_ms;
    meta.max_time_ms = lines_.back().row.time_ms;
    for (const Line& line : lines_) ++meta.levels[static_cast<size_t>(line.row.level)];
    std::vector<std::string_view> services;
    for (const LogBatch::Stream* stream : streams_) services.push_back(stream->service);
    std::sort(services.begin(), services.end());
    services.erase(std::unique(services.begin(), services.end()), services.end());
    if (services.size() > LogMeta::kServicesMax) return;
    meta.services.assign(services.begin(), services.end());
  }

  // Packs a number of each row.
  template <typename NumberOf>
  void AppendNumbers(std::string& out, const NumberOf& number_of) {
    numbers_.clear();
    for (const Line& line : lines_) numbers_.push_back(number_of(line));
    AppendPacked(out, numbers_);
  }

  std::string Head() {
    std::string out;
    model::AppendVarint(out, shapes_.order().size());
    for (const ShapeKey& shape : shapes_.order()) {
      AppendFixed64(out, shape.pattern);
      AppendSized(out, shape.text);
    }
    Numbering<std::string_view> services;
    std::vector<uint64_t> service_of;  // by stream
    for (const LogBatch::Stream* stream : streams_) {
      service_of.push_back(services.Of(stream->service));
    }
    model::AppendVarint(out, services.order().size());
    for (const std::string_view service : services.order()) AppendSized(out, service);
    AppendNumbers(out, [](const Line& line) { return static_cast<uint64_t>(line.row.time_ms); });
    AppendNumbers(out, [](const Line& line) { return static_cast<uint64_t>(line.row.level); });
    AppendNumbers(out, [&](const Line& line) { return service_of[line.stream]; });
    AppendNumbers(out, [](const Line& line) { return uint64_t{line.shape}; });
    return out;
  }

  // A batch's ids are close together: a row says which batch, and how far it is from the row of
  // that batch before it.
  void AppendIds() {
    constexpr uint64_t kNone = UINT64_MAX;
    std::vector<uint64_t> base_of(batches_.size(), kNone);  // by batch
    std::vector<uint64_t> next(batches_.size(), 0);
    std::vector<IdNumber> bases;
    bool any_explicit = false;
    for (const Line& line : lines_) {
      if (line.row.id_size > 0) {
        any_explicit = true;
      } else if (base_of[line.batch_number] == kNone) {
        base_of[line.batch_number] = bases.size();
        bases.push_back(line.batch->first_id());
      }
    }
    model::AppendVarint(columns_, bases.size());
    for (const IdNumber base : bases) {
      AppendFixed64(columns_, static_cast<uint64_t>(base >> 64));
      AppendFixed64(columns_, static_cast<uint64_t>(base));
    }
    AppendNumbers(columns_, [&](const Line& line) {
      return line.row.id_size > 0 ? 0 : base_of[line.batch_number] + 1;
    });
    AppendNumbers(columns_, [&](const Line& line) {
      if (line.row.id_size > 0) return uint64_t{0};
      const uint64_t step = line.row.id_offset - next[line.batch_number];
      next[line.batch_number] = line.row.id_offset + uint64_t{1};
      return (step << 1) ^ (0 - (step >> 63));
    });
    if (!any_explicit) return AppendConstant({});
    std::vector<std::string_view> ids;
    for (const Line& line : lines_) ids.push_back(line.batch->explicit_id(line.row));
    Append(ids);
  }

  void AppendTraceIds() {
    if (std::all_of(lines_.begin(), lines_.end(),
                    [](const Line& line) { return line.row.trace_size == 0; })) {
      return AppendConstant({});
    }
    std::vector<std::string_view> ids;
    for (const Line& line : lines_) {
      ids.push_back(line.batch->trace_id(line.row));
      AddWords(ids.back());
    }
    Append(ids);
  }

  void AppendFields() {
    Numbering<std::vector<std::string_view>> sets;
    std::vector<uint32_t> set_of;                // by stream
    std::vector<uint32_t> place_of;              // by stream, among those of the set
    std::vector<std::vector<uint32_t>> streams;  // by set
    std::vector<std::string_view> names;
    for (uint32_t s = 0; s < streams_.size(); ++s) {
      names.clear();
      for (const auto& [name, value] : streams_[s]->fields) {
        names.push_back(name);
        words_.Add(FieldHash(name, value));
      }
      set_of.push_back(static_cast<uint32_t>(sets.Of(names)));
      streams.resize(sets.order().size());
      place_of.push_back(static_cast<uint32_t>(streams[set_of[s]].size()));
      streams[set_of[s]].push_back(s);
    }
    model::AppendVarint(columns_, sets.order().size());
    for (const auto& set : sets.order()) {
      model::AppendVarint(columns_, set.size());
      for (const std::string_view name : set) AppendSized(columns_, name);
    }
    AppendNumbers(columns_, [&](const Line& line) { return uint64_t{set_of[line.stream]}; });
    std::vector<std::vector<uint32_t>> rows(streams.size());  // by set: the place of each row
    for (const Line& line : lines_) rows[set_of[line.stream]].push_back(place_of[line.stream]);
    std::vector<std::string_view> values;
    for (size_t set = 0; set < streams.size(); ++set) {
      for (size_t field = 0; field < sets.order()[set].size(); ++field) {
        values.clear();
        for (const uint32_t s : streams[set]) values.push_back(streams_[s]->fields[field].second);
        AppendColumnOf(values, rows[set], columns_, texts_);
      }
    }
  }

  void AppendMessages() {
    std::vector<std::string_view> values;  // hole by hole
    for (size_t s = 0; s < rows_of_shape_.size(); ++s) {
      const std::string_view shape = shapes_.order()[s].text;
      const bool whole = shape == std::string_view(&kHole, 1);
      const auto holes = static_cast<size_t>(std::count(shape.begin(), shape.end(), kHole));
      const std::vector<uint32_t>& rows = rows_of_shape_[s];
      values.resize(holes * rows.size());
      for (size_t r = 0; r < rows.size(); ++r) {
        if (r + kAhead < rows.size()) Prefetch(lines_[rows[r + kAhead]]);
        const Line& line = lines_[rows[r]];
        const std::string_view message = line.batch->message(line.row);
        const std::span<const ValueSpan> spans = line.batch->values(line.index, holes);
        for (size_t hole = 0; hole < holes; ++hole) {
          std::string_view& value = values[hole * rows.size() + r];
          value = message.substr(spans[hole].offset, spans[hole].size);
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
  static void Prefetch(const Line& line) {
    const std::string_view message = line.batch->message(line.row);
    __builtin_prefetch(line.batch->values(line.index, 0).data());
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

  std::vector<Line> lines_;
  std::vector<const LogBatch*> batches_;
  std::vector<const LogBatch::Stream*> streams_;
  Numbering<ShapeKey> shapes_;
  std::vector<std::vector<uint32_t>> rows_of_shape_;
  std::string columns_;
  std::string texts_;
  WordSet words_;
  std::vector<uint64_t> numbers_;
};

}  // namespace

EncodedLogBlock EncodeLogBlock(std::span<const LogRowRef> rows) { return Encoder(rows).Encode(); }

}  // namespace vedette::records
