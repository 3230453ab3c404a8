#include "rules/observer.h"

#include <algorithm>
#include <charconv>
#include <fmt/core.h>
#include <map>
#include <utility>

#include "base/duration.h"
#include "rules/record_fields.h"
#include "rules/record_visit.h"

namespace vedette::rules {
namespace {

constexpr size_t kGroupsMax = 10'000;
constexpr size_t kExamplesMax = 5;
constexpr size_t kTextBytesMax = 300;
constexpr size_t kLabelBytesMax = 160;
constexpr size_t kNewPatternsMax = 100;
constexpr std::string_view kOutcome = "outcome";

std::string Cut(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  return std::string(text.substr(0, bytes_max)) + "...";
}

std::string PatternLabel(uint64_t pattern) { return fmt::format("{:016x}", pattern); }

// The labels of the group that a record is of.
model::Labels GroupLabels(const RecordRule& rule, const RecordFields& fields) {
  std::map<std::string, std::string> values;  // of two fields with one label the last
  for (const std::string& field : rule.by) {
    const FieldValue value = fields.Get(field);
    if (value.kind == FieldValue::Kind::kNull || value.text.empty()) continue;
    values.insert_or_assign(FieldLabel(field), Cut(value.text, kLabelBytesMax));
  }
  return model::Labels(
      std::vector<std::pair<std::string, std::string>>(values.begin(), values.end()));
}

// Whether an alert with these labels is about the line, which its rule finds.
bool IsCounted(const RecordRule& rule, const model::LabelsView& labels,
               const RecordFields& fields) {
  if (rule.kind == RecordRule::Kind::kNewPattern) {
    return labels.Get("service") == fields.Get("service").text &&
           labels.Get("pattern") == PatternLabel(fields.pattern());
  }
  const model::Labels group = GroupLabels(rule, fields);
  return std::all_of(rule.by.begin(), rule.by.end(), [&](const std::string& field) {
    const std::string name = FieldLabel(field);
    return group.view().Get(name) == labels.Get(name);
  });
}

// The newest lines that a burst or a new pattern counts. Read for themselves: there may be many,
// and an observation keeps no texts of them.
base::Result<std::vector<Example>> NewestLines(const RecordRule& rule, RecordSource& source,
                                               const model::LabelsView& labels,
                                               base::TimePoint time) {
  records::LogScan scan;
  scan.from = time - rule.window + base::Duration(1);
  scan.to = time;
  scan.condition = rule.input.query->condition;
  std::vector<Example> newest;
  VEDETTE_TRY_VOID(source.Logs(scan, [&](const records::LogLine& line) {
    const base::TimePoint at = base::FromMillis(line.time_ms());
    if (newest.size() == kExamplesMax && at <= newest.back().time) return true;
    const query::logs::ExtractedLine shown(line, rule.input.query->extractions);
    const RecordFields fields(shown);
    if (!IsCounted(rule, labels, fields)) return true;
    if (newest.size() == kExamplesMax) newest.pop_back();
    const auto place = std::find_if(newest.begin(), newest.end(),
                                    [&](const Example& other) { return other.time < at; });
    newest.insert(place, Example{at, {}, Cut(fields.Shown(), kTextBytesMax)});
    return true;
  }));
  return newest;
}

model::Labels With(const model::Labels& labels, std::string_view name, std::string_view value) {
  model::LabelsBuilder builder(labels);
  builder.Set(name, value);
  return builder.Build();
}

}  // namespace

// Turns records into items.
class Observation::Reader {
 public:
  Reader(const RecordRule& rule, RecordSource& source, size_t records_max)
      : rule_(rule), source_(source), records_max_(records_max) {}

  base::Result<Observation> Read(base::TimePoint from, base::TimePoint to) {
    VEDETTE_TRY_VOID(Visit(rule_.input, from - rule_.Lookback(), to,
                           [this](const RecordFields& fields) { return Input(fields); }));
    if (rule_.kind == RecordRule::Kind::kSequence) {
      VEDETTE_TRY_VOID(Visit(rule_.output, from - rule_.Lookback(), to,
                             [this](const RecordFields& fields) { return Output(fields); }));
      Follow();
    }
    if (rule_.kind == RecordRule::Kind::kNewPattern) {
      VEDETTE_TRY(out_.patterns_, source_.Patterns());
      for (const records::LogPattern& pattern : out_.patterns_) {
        auto& first = out_.first_seen_.try_emplace(pattern.service, INT64_MAX).first->second;
        first = std::min(first, pattern.first_seen_ms);
      }
    }
    const bool by_deadline = rule_.kind == RecordRule::Kind::kSequence;
    std::sort(out_.items_.begin(), out_.items_.end(), [&](const Item& a, const Item& b) {
      return by_deadline ? a.deadline_ms < b.deadline_ms : a.t_ms < b.t_ms;
    });
    return std::move(out_);
  }

 private:
  // Calls `take` with the fields of each record that the selector means, until it fails.
  base::Result<> Visit(const RecordSelector& selector, base::TimePoint from, base::TimePoint to,
                       const std::function<base::Result<>(const RecordFields&)>& take) {
    base::Result<> taken;
    const auto visit = [&](const RecordFields& fields) {
      if (++records_ > records_max_) {
        taken = base::ResourceExhausted(
            fmt::format("more than {} records in {}: narrow what it is about, or its window",
                        records_max_, base::FormatDuration(to - from)),
            "records_max");
      } else {
        taken = take(fields);
      }
      return taken.ok();
    };
    VEDETTE_TRY_VOID(VisitRecords(selector, source_, from, to, visit));
    return taken;
  }

  base::Result<uint32_t> GroupOf(const RecordFields& fields) {
    model::Labels labels = GroupLabels(rule_, fields);
    const auto [at, is_new] = groups_.try_emplace(labels, static_cast<uint32_t>(groups_.size()));
    if (is_new) {
      if (groups_.size() > kGroupsMax) {
        return base::ResourceExhausted(fmt::format("more than {} groups", kGroupsMax), "by");
      }
      out_.groups_.push_back(std::move(labels));
    }
    return at->second;
  }

  base::Result<> Input(const RecordFields& fields) {
    Item item;
    item.t_ms = fields.time_ms();
    switch (rule_.kind) {
      case RecordRule::Kind::kContract:
        if (rule_.when && !rule_.when->Holds(fields.lookup())) return {};
        item.broken = !rule_.then->Holds(fields.lookup());
        break;
      case RecordRule::Kind::kSequence: {
        const FieldValue key = fields.Get(rule_.input_key);
        if (key.kind == FieldValue::Kind::kNull) return {};  // nothing could be found for it
        const base::Duration deadline = rule_.Deadline(fields.Get("service").text);
        item.deadline_ms = item.t_ms + deadline.count();
        item.followed_ms = INT64_MAX;
        waiting_[key.text].push_back(out_.items_.size());
        break;
      }
      case RecordRule::Kind::kNewPattern:
        item.pattern = fields.pattern();
        item.service = fields.Get("service").text;
        break;
      case RecordRule::Kind::kBurst: break;
    }
    VEDETTE_TRY(item.group, GroupOf(fields));
    item.id = fields.id();
    if (item.broken || rule_.kind == RecordRule::Kind::kSequence) {
      item.text = Cut(fields.Shown(), kTextBytesMax);
    }
    out_.items_.push_back(std::move(item));
    return {};
  }

  base::Result<> Output(const RecordFields& fields) {
    const FieldValue key = fields.Get(rule_.output_key);
    if (key.kind != FieldValue::Kind::kNull && waiting_.contains(key.text)) {
      outputs_[key.text].push_back(fields.time_ms());
    }
    return {};
  }

  // An input is followed by the first output that is not before it.
  void Follow() {
    for (auto& [key, times] : outputs_) {
      std::sort(times.begin(), times.end());
      for (const size_t index : waiting_[key]) {
        Item& item = out_.items_[index];
        const auto next = std::lower_bound(times.begin(), times.end(), item.t_ms);
        if (next != times.end()) item.followed_ms = *next;
      }
    }
  }

  const RecordRule& rule_;
  RecordSource& source_;
  const size_t records_max_;
  Observation out_;
  size_t records_ = 0;
  std::map<model::Labels, uint32_t> groups_;
  std::unordered_map<std::string, std::vector<size_t>> waiting_;   // items by key
  std::unordered_map<std::string, std::vector<int64_t>> outputs_;  // times by key
};

base::Result<Observation> Observation::Read(const RecordRule& rule, RecordSource& source,
                                            base::TimePoint from, base::TimePoint to,
                                            size_t records_max) {
  return Reader(rule, source, records_max).Read(from, to);
}

bool Observation::Overdue(const Item& item, int64_t t_ms, bool& late) {
  if (item.followed_ms <= item.deadline_ms) return false;
  late = item.followed_ms <= t_ms;
  return true;
}

// Those in (after_ms, to_ms], by time; of sequences by deadline.
std::vector<const Observation::Item*> Observation::Within(int64_t after_ms, int64_t to_ms) const {
  std::vector<const Item*> within;
  const auto time = [](const Item& item) {
    return item.deadline_ms != 0 ? item.deadline_ms : item.t_ms;
  };
  auto at = std::partition_point(items_.begin(), items_.end(),
                                 [&](const Item& item) { return time(item) <= after_ms; });
  for (; at != items_.end() && time(*at) <= to_ms; ++at) within.push_back(&*at);
  return within;
}

void Observation::Add(query::QueryResult& result, uint32_t group, double value) const {
  query::VectorSample& sample = result.vector.emplace_back();
  sample.labels = groups_[group];
  sample.value = value;
}

query::QueryResult Observation::Contract(const RecordRule& rule, int64_t t_ms) const {
  std::map<uint32_t, double> broken;
  for (const Item* item : Within(t_ms - rule.window.count(), t_ms)) {
    broken[item->group] += item->broken ? 1 : 0;
  }
  query::QueryResult result;
  for (const auto& [group, count] : broken) Add(result, group, count);
  return result;
}

query::QueryResult Observation::Sequence(const RecordRule& rule, int64_t t_ms) const {
  std::map<uint32_t, std::pair<double, double>> counts;  // missing, late
  for (const Item* item : Within(t_ms - rule.window.count(), t_ms)) {
    auto& [missing, late] = counts[item->group];
    bool is_late = false;
    if (Overdue(*item, t_ms, is_late)) ++(is_late ? late : missing);
  }
  query::QueryResult result;
  for (const auto& [group, count] : counts) {
    for (const bool late : {false, true}) {
      Add(result, group, late ? count.second : count.first);
      model::Labels& labels = result.vector.back().labels;
      labels = With(labels, kOutcome, late ? "late" : "missing");
    }
  }
  return result;
}

query::QueryResult Observation::Burst(const RecordRule& rule, int64_t t_ms) const {
  const int64_t window_ms = rule.window.count();
  std::map<uint32_t, std::pair<double, double>> counts;  // now, before
  for (const Item* item : Within(t_ms - rule.Lookback().count(), t_ms)) {
    auto& [now, before] = counts[item->group];
    ++(item->t_ms > t_ms - window_ms ? now : before);
  }
  const double windows =
      static_cast<double>(rule.baseline.count()) / static_cast<double>(window_ms);
  query::QueryResult result;
  for (const auto& [group, count] : counts) {
    const bool burst =
        count.first >= rule.min_count && count.first > rule.factor * count.second / windows;
    Add(result, group, burst ? count.first : 0);
  }
  return result;
}

bool Observation::IsNew(const RecordRule& rule, const records::LogPattern& pattern,
                        int64_t t_ms) const {
  const auto service = first_seen_.find(pattern.service);
  const bool known = service != first_seen_.end() &&
                     pattern.first_seen_ms >= service->second + rule.known_for.count();
  return known && pattern.first_seen_ms > t_ms - rule.window.count() &&
         pattern.first_seen_ms <= t_ms;
}

query::QueryResult Observation::NewPatterns(const RecordRule& rule, int64_t t_ms) const {
  std::map<std::pair<std::string_view, uint64_t>, double> lines;
  for (const Item* item : Within(t_ms - rule.window.count(), t_ms)) {
    ++lines[{item->service, item->pattern}];
  }
  query::QueryResult result;
  for (const records::LogPattern& pattern : patterns_) {
    if (result.vector.size() >= kNewPatternsMax) break;
    const auto found = lines.find({pattern.service, pattern.id});
    if (found == lines.end() || found->second < rule.min_count) continue;
    if (!IsNew(rule, pattern, t_ms)) continue;
    query::VectorSample& sample = result.vector.emplace_back();
    sample.labels = model::Labels({{"service", pattern.service},
                                   {"pattern", PatternLabel(pattern.id)},
                                   {"example", Cut(pattern.example, kLabelBytesMax)}});
    sample.value = found->second;
  }
  return result;
}

query::QueryResult Observation::At(const RecordRule& rule, base::TimePoint time) const {
  const int64_t t_ms = base::ToMillis(time);
  query::QueryResult result;
  switch (rule.kind) {
    case RecordRule::Kind::kContract: result = Contract(rule, t_ms); break;
    case RecordRule::Kind::kSequence: result = Sequence(rule, t_ms); break;
    case RecordRule::Kind::kBurst: result = Burst(rule, t_ms); break;
    case RecordRule::Kind::kNewPattern: result = NewPatterns(rule, t_ms); break;
  }
  result.t_ms = t_ms;
  return result;
}

std::vector<Example> Observation::Examples(const RecordRule& rule, const model::LabelsView& labels,
                                           base::TimePoint time) const {
  const int64_t t_ms = base::ToMillis(time);
  const std::vector<const Item*> within = Within(t_ms - rule.window.count(), t_ms);
  const auto of_group = [&](const model::Labels& group) {
    return std::all_of(group.begin(), group.end(), [&](const model::Label& label) {
      return labels.Get(label.name) == label.value;
    });
  };
  std::vector<Example> examples;
  for (auto at = within.rbegin(); at != within.rend() && examples.size() < kExamplesMax; ++at) {
    const Item& item = **at;
    bool late = false;
    const bool counted = item.broken || (item.deadline_ms != 0 && Overdue(item, t_ms, late));
    if (!counted || !of_group(groups_[item.group])) continue;
    if (item.deadline_ms != 0 && labels.Get(kOutcome) != (late ? "late" : "missing")) continue;
    examples.push_back({base::FromMillis(item.t_ms), item.id, item.text});
  }
  return examples;
}

base::Result<std::vector<Example>> ExamplesOf(const RecordRule& rule, RecordSource& source,
                                              const model::LabelsView& labels,
                                              base::TimePoint time) {
  if (rule.kind == RecordRule::Kind::kBurst || rule.kind == RecordRule::Kind::kNewPattern) {
    return NewestLines(rule, source, labels, time);
  }
  VEDETTE_TRY(const Observation observation,
              Observation::Read(rule, source, time, time, Observer::kRecordsMax));
  return observation.Examples(rule, labels, time);
}

base::Result<query::QueryResult> Observer::At(const RecordRule& rule, base::TimePoint time) {
  const auto known = kept_.find(&rule);
  if (known != kept_.end() && time >= known->second.from && time <= known->second.to) {
    return known->second.observation.At(rule, time);
  }
  VEDETTE_TRY(Observation observation,
              Observation::Read(rule, source_, time, time + ahead_, records_max_));
  query::QueryResult result = observation.At(rule, time);
  if (ahead_.count() > 0) {
    kept_.insert_or_assign(&rule, Kept{time, time + ahead_, std::move(observation)});
  }
  return result;
}

}  // namespace vedette::rules
