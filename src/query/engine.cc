#include "query/engine.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "model/sample.h"
#include "query/budget.h"
#include "query/context.h"
#include "query/evaluator.h"
#include "query/parser.h"

namespace vedette::query {
namespace {

// Times beyond this leave no room for offsets and ranges in 64 bits; it is about the year 140,000.
constexpr int64_t kTimeMaxMs = int64_t{1} << 52;

// 11000 -> "11,000"
std::string WithCommas(size_t number) {
  std::string text = fmt::to_string(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

base::Result<int64_t> CheckedTime(base::TimePoint time, std::string_view field) {
  const int64_t ms = base::ToMillis(time);
  if (ms > kTimeMaxMs || ms < -kTimeMaxMs) {
    return base::InvalidArgument(fmt::format("{} is out of range", field), std::string(field));
  }
  return ms;
}

std::vector<VectorSample> ToVector(const Block& block) {
  std::vector<VectorSample> vector;
  vector.reserve(block.rows());
  for (size_t row = 0; row < block.rows(); ++row) {
    const double value = block.cells(row)[0];
    if (IsAbsent(value)) continue;
    HistogramPtr histogram = block.histogram(row, 0);
    const double shown = histogram == nullptr ? value : histogram->sum;
    vector.push_back({block.labels(row), shown, std::move(histogram)});
  }
  return vector;
}

base::Result<std::vector<MatrixSeries>> ToMatrix(const Block& block, const Steps& steps,
                                                 Budget& budget) {
  std::vector<MatrixSeries> matrix;
  Share answer(budget);
  for (size_t row = 0; row < block.rows(); ++row) {
    const auto cells = block.cells(row);
    const auto count =
        std::count_if(cells.begin(), cells.end(), [](double cell) { return !IsAbsent(cell); });
    if (count == 0) continue;
    VEDETTE_TRY_VOID(budget.Work(cells.size()));
    VEDETTE_TRY_VOID(answer.Add(
        0, static_cast<size_t>(count) * sizeof(model::Sample) + block.labels(row).bytes().size()));
    MatrixSeries& series = matrix.emplace_back();
    series.labels = block.labels(row);
    series.samples.t_ms.reserve(static_cast<size_t>(count));
    series.samples.values.reserve(static_cast<size_t>(count));
    for (size_t i = 0; i < cells.size(); ++i) {
      if (IsAbsent(cells[i])) continue;
      series.samples.t_ms.push_back(steps.At(i));
      HistogramPtr histogram = block.histogram(row, i);
      series.samples.values.push_back(histogram == nullptr ? cells[i] : histogram->sum);
      if (block.has_histograms(row)) series.samples.histograms.push_back(std::move(histogram));
    }
  }
  std::sort(matrix.begin(), matrix.end(),
            [](const MatrixSeries& a, const MatrixSeries& b) { return a.labels < b.labels; });
  return matrix;
}

MatrixSeries ToSeries(const ScalarColumn& column, const Steps& steps) {
  MatrixSeries series;
  for (size_t i = 0; i < column.size(); ++i) {
    series.samples.t_ms.push_back(steps.At(i));
    series.samples.values.push_back(column[i]);
  }
  return series;
}

int64_t EndOf(const InstantQuery& query) { return base::ToMillis(query.time); }
int64_t StepOf(const InstantQuery& /*query*/) { return 0; }
// The end that was asked for, which need not be a step.
int64_t EndOf(const RangeQuery& query) { return base::ToMillis(query.end); }
int64_t StepOf(const RangeQuery& query) { return query.step.count(); }

base::Result<> RequirePositive(int64_t value, std::string_view name) {
  if (value > 0) return {};
  return base::InvalidArgument(fmt::format("query.{} must be positive", name),
                               fmt::format("query.{}", name));
}

}  // namespace

// All that one query needs while it runs.
struct Engine::Session {
  template <typename Query>
  Session(Engine& engine, const Query& query, const Steps& query_steps, QueryStats& query_stats)
      : stats(query_stats),
        steps(query_steps),
        budget({engine.options_.samples_max, engine.options_.bytes_max}, engine.clock_,
               engine.DeadlineOf(query.timeout, query.deadline), query.cancelled),
        context{
            .store = engine.store_,
            .tenant = query.tenant,
            .query = query.text,
            .start_ms = steps.start_ms,
            .end_ms = EndOf(query),
            .step_ms = StepOf(query),
            .lookback_ms =
                (query.lookback.count() > 0 ? query.lookback : engine.options_.lookback).count(),
            .subquery_step_ms = engine.options_.subquery_step.count(),
            .series_max = engine.options_.series_max,
            .budget = budget,
            .annotations = annotations,
            .source_resolution_ms = query.max_source_resolution.has_value()
                                        ? query.max_source_resolution->count()
                                        : Context::kAutomatic,
            .helpers = engine.helpers_.get()} {}

  ~Session() {
    stats.samples_read = budget.samples_read();
    stats.samples_peak = budget.samples_peak();
    stats.bytes_peak = budget.bytes_peak();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void TakeAnnotations(QueryResult& result) {
    result.warnings = annotations.TakeWarnings();
    result.infos = annotations.TakeInfos();
  }

  QueryStats& stats;  // filled at the end, however the query ends
  Steps steps;
  Budget budget;
  Annotations annotations;
  Context context;
};

base::Result<> EngineOptions::Validate() const {
  VEDETTE_TRY_VOID(RequirePositive(timeout.count(), "timeout"));
  VEDETTE_TRY_VOID(RequirePositive(lookback.count(), "lookback"));
  VEDETTE_TRY_VOID(RequirePositive(subquery_step.count(), "subquery_step"));
  VEDETTE_TRY_VOID(RequirePositive(samples_max > 0 ? 1 : 0, "samples_max"));
  VEDETTE_TRY_VOID(RequirePositive(bytes_max > 0 ? 1 : 0, "bytes_max"));
  VEDETTE_TRY_VOID(RequirePositive(steps_max > 0 ? 1 : 0, "steps_max"));
  VEDETTE_TRY_VOID(RequirePositive(series_max > 0 ? 1 : 0, "series_max"));
  return {};
}

Engine::Engine(EngineOptions options, series::Store& store, const base::Clock& clock, QueryLog* log)
    : options_(options), store_(store), clock_(clock), log_(log) {
  VEDETTE_CHECK(options_.Validate().ok());
  if (options_.helpers > 0) {
    helpers_ = std::make_unique<base::WorkerPool>(base::WorkerPoolOptions{
        .name = "query-help", .threads = options_.helpers, .queue_jobs_max = 64});
  }
}

base::SteadyPoint Engine::DeadlineOf(base::Duration timeout, base::SteadyPoint deadline) const {
  const base::Duration mine =
      timeout.count() > 0 ? std::min(timeout, options_.timeout) : options_.timeout;
  return std::min(deadline, clock_.Steady() + mine);
}

template <typename Query, typename Run>
base::Result<QueryResult> Engine::Logged(const Query& query, std::string_view kind, Run run) {
  if (log_ != nullptr) log_->Begin();
  const base::SteadyPoint start = clock_.Steady();
  QueryStats stats;
  base::Result<QueryResult> result = run(stats);
  stats.seconds = std::chrono::duration<double>(clock_.Steady() - start).count();
  if (result.ok()) result->stats = stats;
  if (log_ == nullptr) return result;
  const bool refused =
      !result.ok() && (result.error().code == base::ErrorCode::kResourceExhausted ||
                       result.error().code == base::ErrorCode::kDeadlineExceeded);
  log_->End({.tenant = query.tenant,
             .text = query.text,
             .kind = kind,
             .ended_at = clock_.Now(),
             .stats = stats,
             .error = result.ok() ? std::string() : result.error().message},
            refused);
  return result;
}

base::Result<QueryResult> Engine::Instant(const InstantQuery& query) {
  return Logged(query, "instant", [&](QueryStats& stats) { return RunInstant(query, stats); });
}

base::Result<QueryResult> Engine::Range(const RangeQuery& query) {
  return Logged(query, "range", [&](QueryStats& stats) { return RunRange(query, stats); });
}

base::Result<QueryResult> Engine::RunInstant(const InstantQuery& query, QueryStats& stats) {
  VEDETTE_TRY(const int64_t time_ms, CheckedTime(query.time, "time"));
  VEDETTE_TRY(const ExprPtr expr, Parse(query.text, QueryTimes()));
  Session session(*this, query, Steps{.start_ms = time_ms, .step_ms = 1, .count = 1}, stats);
  VEDETTE_TRY_VOID(session.budget.Check());
  Evaluator evaluator(session.context, session.steps);
  QueryResult result;
  result.type = expr->type;
  result.t_ms = time_ms;
  switch (expr->type) {
    case ValueType::kString:
      result.text = static_cast<const StringLiteral&>(Unwrap(*expr)).value;
      break;
    case ValueType::kScalar: {
      VEDETTE_TRY(const ScalarColumn column, evaluator.Scalar(*expr));
      result.scalar = column[0];
      break;
    }
    case ValueType::kVector: {
      VEDETTE_TRY(Block named, evaluator.Vector(*expr));
      VEDETTE_TRY(const Block block, FinishNames(std::move(named), session.budget));
      result.vector = ToVector(block);
      break;
    }
    case ValueType::kMatrix: {
      VEDETTE_TRY(result.matrix, evaluator.Matrix(*expr));
      break;
    }
  }
  session.TakeAnnotations(result);
  return result;
}

base::Result<QueryResult> Engine::RunRange(const RangeQuery& query, QueryStats& stats) {
  VEDETTE_TRY(const int64_t start_ms, CheckedTime(query.start, "start"));
  VEDETTE_TRY(const int64_t end_ms, CheckedTime(query.end, "end"));
  if (end_ms < start_ms) {
    return base::InvalidArgument("end timestamp must not be before start time", "end");
  }
  if (query.step.count() <= 0) {
    return base::InvalidArgument(
        "zero or negative query resolution step widths are not accepted. Try a positive integer",
        "step");
  }
  const uint64_t beyond_first = static_cast<uint64_t>((end_ms - start_ms) / query.step.count());
  if (beyond_first > options_.steps_max) {
    return base::InvalidArgument(
        fmt::format("exceeded maximum resolution of {} points per timeseries. Try decreasing the "
                    "query resolution (?step=XX)",
                    WithCommas(options_.steps_max)));
  }
  VEDETTE_TRY(const ExprPtr expr, Parse(query.text, QueryTimes{.step_ms = query.step.count(),
                                                               .range_ms = end_ms - start_ms}));
  if (expr->type == ValueType::kMatrix || expr->type == ValueType::kString) {
    return base::InvalidArgument(
        fmt::format("invalid expression type \"{}\" for range query, must be Scalar or instant "
                    "Vector",
                    ValueTypeName(expr->type)),
        "query");
  }
  Session session(*this, query,
                  Steps{.start_ms = start_ms,
                        .step_ms = query.step.count(),
                        .count = static_cast<size_t>(beyond_first) + 1},
                  stats);
  VEDETTE_TRY_VOID(session.budget.Check());
  Evaluator evaluator(session.context, session.steps);
  QueryResult result;
  result.type = ValueType::kMatrix;
  result.t_ms = end_ms;
  if (expr->type == ValueType::kScalar) {
    VEDETTE_TRY(const ScalarColumn column, evaluator.Scalar(*expr));
    result.matrix.push_back(ToSeries(column, session.steps));
  } else {
    VEDETTE_TRY(Block named, evaluator.Vector(*expr));
    VEDETTE_TRY(const Block block, FinishNames(std::move(named), session.budget));
    VEDETTE_TRY(result.matrix, ToMatrix(block, session.steps, session.budget));
  }
  session.TakeAnnotations(result);
  return result;
}

}  // namespace vedette::query
