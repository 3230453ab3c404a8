#include "query/logs/engine.h"

#include <algorithm>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <unordered_map>
#include <unordered_set>

#include "base/duration.h"
#include "query/logs/number.h"
#include "records/message.h"

namespace vedette::query::logs {
namespace {

constexpr int kAutoSteps = 60;

// The value of a field by its name in the language.
std::string ValueOf(const records::LogLine& line, const std::string& name) {
  if (name == "level") return std::string(model::LogSeverityName(line.level()));
  if (name == "service") return std::string(line.service());
  if (name == "pattern") return fmt::format("{:016x}", line.pattern());
  if (name == "message") return std::string(line.message());
  if (name == "trace_id") return std::string(line.trace_id());
  return std::string(line.Field(name).value_or(""));
}

bool IsCheap(const std::string& name) {
  return name == "level" || name == "service" || name == "pattern";
}

// What gathers in one step of one series.
struct Cell {
  uint64_t count = 0;
  double sum = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  std::vector<double> numbers;            // for quantiles
  std::unordered_set<uint64_t> distinct;  // the hashes of values

  void Add(const Cell& other) {
    count += other.count;
    sum += other.sum;
    low = std::min(low, other.low);
    high = std::max(high, other.high);
    numbers.insert(numbers.end(), other.numbers.begin(), other.numbers.end());
    distinct.insert(other.distinct.begin(), other.distinct.end());
  }
};

std::optional<double> ResultOf(const Aggregation& aggregation, Cell& cell, double seconds) {
  switch (aggregation.function) {
    case Function::kCount: return static_cast<double>(cell.count);
    case Function::kRate: return static_cast<double>(cell.count) / seconds;
    case Function::kDistinct: return static_cast<double>(cell.distinct.size());
    case Function::kSum: return cell.sum;
    default: break;
  }
  if (cell.count == 0) return std::nullopt;
  switch (aggregation.function) {
    case Function::kAvg: return cell.sum / static_cast<double>(cell.count);
    case Function::kMin: return cell.low;
    case Function::kMax: return cell.high;
    default: break;
  }
  // The value with that share of the others at or below it: nearest rank.
  const auto rank = static_cast<size_t>(
      std::ceil(aggregation.quantile * static_cast<double>(cell.numbers.size())));
  const auto nth = cell.numbers.begin() + static_cast<ptrdiff_t>(rank == 0 ? 0 : rank - 1);
  std::nth_element(cell.numbers.begin(), nth, cell.numbers.end());
  return *nth;
}

// Gathers lines into series and steps.
class Gatherer {
 public:
  Gatherer(const Query& query, const Limits& limits, int64_t step_ms)
      : query_(query),
        aggregation_(*query.aggregation),
        limits_(limits),
        step_ms_(step_ms),
        cheap_(std::all_of(aggregation_.by.begin(), aggregation_.by.end(), IsCheap) &&
               aggregation_.of.empty() && query.extractions.empty()) {}

  bool NeedsDetails() const { return !cheap_; }
  const std::string& warning() const { return warning_; }

  bool Add(const records::LogLine& line) {
    if (query_.extractions.empty()) return Gather(line);
    return Gather(ExtractedLine(line, query_.extractions));
  }

  void Finish(const Request& request, Stats& stats);

 private:
  struct Series {
    std::vector<std::string> labels;
    std::map<int64_t, Cell> cells;  // by the beginning of the step
    int64_t last_step = INT64_MIN;
    Cell* last_cell = nullptr;
  };

  bool Gather(const records::LogLine& line) {
    std::optional<double> number = 0;
    uint64_t hash = 0;
    if (!aggregation_.of.empty()) {
      const std::string value = ValueOf(line, aggregation_.of);
      if (value.empty()) return true;  // the line has no such field
      if (aggregation_.function == Function::kDistinct) {
        hash = records::StableHash(value);
      } else {
        number = NumberOf(value);
      }
      if (!number.has_value()) return true;
    }
    Series* const series = SeriesOf(line);
    if (series == nullptr) return false;
    oldest_ms_ = std::min(oldest_ms_, line.time_ms());
    newest_ms_ = std::max(newest_ms_, line.time_ms());
    const int64_t step = step_ms_ == 0 ? 0 : StepOf(line.time_ms());
    if (series->last_step != step || series->last_cell == nullptr) {
      const auto [cell, added] = series->cells.try_emplace(step);
      if (added && ++points_ > limits_.points_max) return Stop("points", limits_.points_max);
      series->last_step = step;
      series->last_cell = &cell->second;
    }
    Cell& cell = *series->last_cell;
    ++cell.count;
    cell.sum += *number;
    cell.low = std::min(cell.low, *number);
    cell.high = std::max(cell.high, *number);
    if (aggregation_.function == Function::kDistinct) {
      if (!cell.distinct.insert(hash).second) return true;
      return ++samples_ <= limits_.samples_max || Stop("values", limits_.samples_max);
    }
    if (aggregation_.function != Function::kQuantile) return true;
    if (++samples_ > limits_.samples_max) return Stop("numbers", limits_.samples_max);
    cell.numbers.push_back(*number);
    return true;
  }

  int64_t StepOf(int64_t time_ms) const {
    const int64_t rest = time_ms % step_ms_;
    return time_ms - (rest < 0 ? rest + step_ms_ : rest);
  }

  bool Stop(std::string_view what, size_t limit) {
    warning_ = fmt::format("stopped at the limit of {} {}", limit, what);
    return false;
  }

  Series* SeriesOf(const records::LogLine& line) {
    key_.clear();
    if (cheap_) {
      // The bytes of what was looked at say which series it is, without making texts.
      for (const std::string& name : aggregation_.by) {
        if (name == "service") {
          key_ += line.service();
        } else if (name == "level") {
          key_ += static_cast<char>(line.level());
        } else {
          const uint64_t pattern = line.pattern();
          key_.append(reinterpret_cast<const char*>(&pattern), sizeof pattern);
        }
        key_ += '\0';
      }
    } else {
      for (const std::string& name : aggregation_.by) {
        const std::string value = ValueOf(line, name);
        key_ += fmt::format("{}:", value.size());
        key_ += value;
      }
    }
    if (last_ != nullptr && key_ == last_key_) return last_;
    auto found = series_.find(key_);
    if (found == series_.end()) {
      if (series_.size() >= limits_.series_max) {
        Stop("series", limits_.series_max);
        return nullptr;
      }
      found = series_.emplace(key_, Series{}).first;
      for (const std::string& name : aggregation_.by) {
        found->second.labels.push_back(ValueOf(line, name));
      }
    }
    last_key_ = key_;
    last_ = &found->second;
    return last_;
  }

  const Query& query_;
  const Aggregation& aggregation_;
  const Limits& limits_;
  const int64_t step_ms_;
  const bool cheap_;
  std::unordered_map<std::string, Series> series_;
  std::string key_;
  std::string last_key_;
  Series* last_ = nullptr;
  int64_t oldest_ms_ = INT64_MAX;  // of the lines that count
  int64_t newest_ms_ = INT64_MIN;
  size_t points_ = 0;
  size_t samples_ = 0;
  std::string warning_;
};

void Gatherer::Finish(const Request& request, Stats& stats) {
  int64_t first = INT64_MAX;
  int64_t last = INT64_MIN;
  for (const auto& [key, series] : series_) {
    if (series.cells.empty()) continue;
    first = std::min(first, series.cells.begin()->first);
    last = std::max(last, series.cells.rbegin()->first);
  }
  const int64_t from_ms = base::ToMillis(request.from);
  const int64_t to_ms = base::ToMillis(request.to);
  double seconds = static_cast<double>(step_ms_) / 1000;
  if (step_ms_ == 0) {
    // Where the range has no end, that of the lines is one.
    const bool any = oldest_ms_ <= newest_ms_;
    const int64_t begin_ms = any && from_ms <= 0 ? oldest_ms_ : from_ms;
    const int64_t end_ms = any && to_ms == INT64_MAX ? newest_ms_ : to_ms;
    stats.times.push_back(base::FromMillis(begin_ms));
    seconds = std::max(1.0, (static_cast<double>(end_ms) - static_cast<double>(begin_ms)) / 1000);
  } else if (first <= last) {
    // All steps of a range that is bounded, else those between the first and the last line.
    if (from_ms > 0 && to_ms < INT64_MAX) {
      first = StepOf(from_ms);
      last = StepOf(to_ms);
    }
    const auto steps = static_cast<uint64_t>((last - first) / step_ms_) + 1;
    if (steps > limits_.steps_max) {
      Stop("steps", limits_.steps_max);
      first = last - static_cast<int64_t>(limits_.steps_max - 1) * step_ms_;
    }
    for (int64_t t = first; t <= last; t += step_ms_) stats.times.push_back(base::FromMillis(t));
  }
  const bool zero_is_a_value =
      aggregation_.function == Function::kCount || aggregation_.function == Function::kRate ||
      aggregation_.function == Function::kDistinct || aggregation_.function == Function::kSum;
  for (auto& [key, series] : series_) {
    Stats::Series out;
    out.labels = std::move(series.labels);
    Cell all;
    for (const auto& [time, cell] : series.cells) all.Add(cell);
    double range = seconds;
    if (step_ms_ != 0) range = seconds * static_cast<double>(stats.times.size());
    out.total = ResultOf(aggregation_, all, range).value_or(0);
    for (const base::TimePoint time : stats.times) {
      const auto cell = series.cells.find(step_ms_ == 0 ? 0 : base::ToMillis(time));
      if (cell != series.cells.end()) {
        out.values.push_back(ResultOf(aggregation_, cell->second, seconds));
      } else {
        out.values.push_back(zero_is_a_value ? std::optional<double>(0) : std::nullopt);
      }
    }
    stats.series.push_back(std::move(out));
  }
  std::sort(stats.series.begin(), stats.series.end(), [](const auto& a, const auto& b) {
    return a.total != b.total ? a.total > b.total : a.labels < b.labels;
  });
  if (aggregation_.top > 0 && stats.series.size() > aggregation_.top) {
    stats.series.resize(aggregation_.top);
  }
}

// By number where both are numbers, else by text.
bool Less(const std::string& a, const std::string& b) {
  const auto x = NumberOf(a);
  const auto y = NumberOf(b);
  if (x.has_value() && y.has_value()) return *x < *y;
  if (x.has_value() != y.has_value()) return x.has_value();
  return a < b;
}

std::string FieldOf(const model::LogRecord& record, const std::string& name) {
  if (name == "level") return fmt::format("{}", static_cast<int>(record.level));
  if (name == "service") return record.service;
  if (name == "message") return record.message;
  if (name == "time") return fmt::format("{}", base::ToMillis(record.time));
  for (const auto& [key, value] : record.fields) {
    if (key == name) return value;
  }
  return {};
}

// A stored record as a line, to extract from.
class RecordLine final : public records::LogLine {
 public:
  explicit RecordLine(const model::LogRecord& record) : record_(record) {}
  int64_t time_ms() const override { return base::ToMillis(record_.time); }
  model::LogSeverity level() const override { return record_.level; }
  std::string_view service() const override { return record_.service; }
  uint64_t pattern() const override { return 0; }
  std::string_view message() const override { return record_.message; }
  std::string_view trace_id() const override { return record_.trace_id; }
  std::optional<std::string_view> Field(std::string_view name) const override {
    for (const auto& [key, value] : record_.fields) {
      if (key == name) return value;
    }
    return std::nullopt;
  }
  model::LogRecord Record() const override { return record_; }

 private:
  const model::LogRecord& record_;
};

// Extracts, sorts and cuts the lines of a page as the query says.
void Shape(const Query& query, size_t wanted, records::Page<model::LogRecord>& page) {
  const auto show = [&] {
    if (query.extractions.empty() && !query.format.has_value()) return;
    for (model::LogRecord& record : page.records) record = Shown(RecordLine(record), query);
  };
  show();
  if (query.sort_by.empty()) {
    if (query.limit > 0 && page.records.size() >= query.limit) page.next_cursor.clear();
    return;
  }
  std::stable_sort(page.records.begin(), page.records.end(),
                   [&](const model::LogRecord& a, const model::LogRecord& b) {
                     const std::string x = FieldOf(a, query.sort_by);
                     const std::string y = FieldOf(b, query.sort_by);
                     if (x.empty() || y.empty()) return !x.empty() && y.empty();  // at the end
                     return query.descending ? Less(y, x) : Less(x, y);
                   });
  if (page.records.size() > wanted) page.records.resize(wanted);
  page.next_cursor.clear();
}

void AddDamage(uint64_t damaged, std::string& warning) {
  if (damaged == 0) return;
  if (!warning.empty()) warning += "; ";
  warning += fmt::format("{} damaged blocks of lines were left out", damaged);
}

}  // namespace

std::string Engine::LimitReached(bool late) const {
  if (late) return fmt::format("stopped after {}", base::FormatDuration(limits_.timeout));
  return fmt::format("stopped after reading {} bytes", limits_.bytes_max);
}

base::Result<Result> Engine::Run(const Request& request) {
  VEDETTE_TRY(Query query, Parse(request.query));
  if (!request.also.empty()) {
    std::vector<records::LogCondition> all = request.also;
    all.push_back(*query.condition);
    query.condition =
        std::make_shared<const records::LogCondition>(records::LogCondition::And(std::move(all)));
  }
  Result result;
  if (query.aggregation.has_value()) {
    if (!request.cursor.empty()) {
      return base::InvalidArgument("counted lines have no pages", "cursor");
    }
    VEDETTE_TRY(result.stats, Aggregate(query, request));
    return result;
  }
  VEDETTE_TRY_VOID(Lines(query, request, result));
  result.fields = std::move(query.fields);
  return result;
}

base::Result<> Engine::Lines(const Query& query, const Request& request, Result& result) {
  records::LogQuery lines;
  lines.tenant = request.tenant;
  lines.from = request.from;
  lines.to = request.to;
  lines.condition = query.condition;
  lines.cursor = request.cursor;
  const size_t wanted = query.limit > 0 ? std::min(query.limit, request.limit) : request.limit;
  lines.limit = query.sort_by.empty() ? wanted : limits_.sorted_max;
  const base::SteadyPoint deadline = clock_.Steady() + limits_.timeout;
  const auto late = [&] { return clock_.Steady() >= deadline; };
  lines.keep_going = [&] { return !late() && !request.cancelled(); };
  lines.bytes_max = limits_.bytes_max;
  records::Page<model::LogRecord>& page = result.page;
  uint64_t bytes_read = 0;
  uint64_t damaged = 0;
  // A page of the store may be empty with more to come: go on while the limits allow.
  do {
    auto next = store_.QueryLogs(lines);
    if (request.cancelled()) return base::Unavailable("the query was cancelled");
    if (!next.ok()) return next.error();
    page = *std::move(next);
    bytes_read += page.bytes_read;
    damaged += page.damaged;
    lines.bytes_max = limits_.bytes_max - std::min(bytes_read, limits_.bytes_max);
    lines.cursor = page.next_cursor;
  } while (page.records.empty() && !page.next_cursor.empty() && lines.bytes_max > 0 && !late());
  const bool stopped = !page.next_cursor.empty() && page.records.size() < lines.limit;
  if (stopped && (late() || lines.bytes_max == 0)) result.warning = LimitReached(late());
  AddDamage(damaged, result.warning);
  Shape(query, wanted, page);
  return {};
}

base::Result<Stats> Engine::Aggregate(const Query& query, const Request& request) {
  const bool bounded = base::ToMillis(request.from) > 0 && base::ToMillis(request.to) < INT64_MAX;
  base::Duration step = query.aggregation->step.value_or(base::Duration(0));
  if (!query.aggregation->step.has_value() && bounded && !request.whole) {
    step =
        std::max<base::Duration>((request.to - request.from) / kAutoSteps, std::chrono::seconds(1));
  }
  Gatherer gatherer(query, limits_, step.count());
  const base::SteadyPoint deadline = clock_.Steady() + limits_.timeout;
  bool late = false;
  records::LogScan scan;
  scan.tenant = request.tenant;
  scan.from = request.from;
  scan.to = request.to;
  scan.condition = query.condition;
  scan.details = gatherer.NeedsDetails();
  scan.bytes_max = limits_.bytes_max;
  scan.keep_going = [&] {
    late = clock_.Steady() >= deadline;
    return !late && !request.cancelled();
  };
  VEDETTE_TRY(
      const records::ScanReport report,
      store_.ScanLogs(scan, [&](const records::LogLine& line) { return gatherer.Add(line); }));
  if (!report.complete && !late && request.cancelled()) {
    return base::Unavailable("the query was cancelled");
  }
  Stats stats;
  stats.by = query.aggregation->by;
  stats.step = step;
  stats.lines_scanned = report.lines_scanned;
  stats.bytes_read = report.bytes_read;
  stats.complete = report.complete && report.damaged == 0;
  gatherer.Finish(request, stats);
  stats.warning = gatherer.warning();
  const bool bytes = !report.complete && report.bytes_read >= limits_.bytes_max;
  if (late || (bytes && stats.warning.empty())) stats.warning = LimitReached(late);
  AddDamage(report.damaged, stats.warning);
  return stats;
}

}  // namespace vedette::query::logs
