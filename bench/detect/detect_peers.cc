// The detector's peers: their scores of a file, and what they cost.
//
//   detect_peers z|netdata FILE [--columns] [--window-least N] [--first-share SHARE]
//                               [--distance sum|nearest] [--sampling SHARE]
//   detect_peers cost
//
// FILE has rows of `unix seconds,value[,value...]`; empty is missing, a header is passed over.
// Prints `unix seconds,score` of each row, the greatest over its columns, or with --columns one
// score for each; as `vedette detect --csv` does. Lengths of Netdata's windows, see peers.h: the
// seconds between values are the median of the first rows', since Netdata's are configured. cost
// prints JSON lines: nanoseconds of CPU a value, with so many series in turn, and bytes a series.
// Started by bench/detect.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "peers.h"

namespace vedette::bench {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kRowsForStep = 21;
constexpr int64_t kValuesTimed = 1'000'000;
constexpr size_t kRepetitions = 5;  // of which the median counts

struct Options {
  std::string engine;
  std::string file;
  bool columns = false;
  Scaling scaling;
  NetdataOptions netdata;
};

struct Row {
  std::string time;  // as it stands in the file
  double seconds = 0;
  std::vector<double> values;
};

template <typename Number>
std::optional<Number> Parse(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Nothing for a header or an empty line.
std::optional<Row> ParseRow(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  size_t comma = line.find(',');
  Row row;
  row.time = line.substr(0, comma);
  const std::optional<double> seconds = Parse<double>(row.time);
  if (!seconds) return std::nullopt;
  row.seconds = *seconds;
  while (comma != std::string_view::npos) {
    line.remove_prefix(comma + 1);
    comma = line.find(',');
    row.values.push_back(Parse<double>(line.substr(0, comma)).value_or(kMissing));
  }
  return row;
}

std::vector<Row> ReadRows(const std::string& file) {
  std::ifstream in(file);
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    if (std::optional<Row> row = ParseRow(line)) rows.push_back(std::move(*row));
  }
  return rows;
}

double StepSeconds(const std::vector<Row>& rows) {
  std::vector<double> steps;
  for (size_t i = 1; i < std::min(kRowsForStep, rows.size()); ++i) {
    steps.push_back(rows[i].seconds - rows[i - 1].seconds);
  }
  if (steps.empty()) return 1;
  std::nth_element(steps.begin(), steps.begin() + static_cast<int64_t>(steps.size() / 2),
                   steps.end());
  return std::max(1.0, steps[steps.size() / 2]);
}

using Scorer = std::function<double(double)>;

std::vector<Scorer> MakeScorers(const Options& options, const std::vector<Row>& rows) {
  const NetdataOptions netdata = ScaledTo(StepSeconds(rows), options.scaling, options.netdata);
  std::vector<Scorer> scorers;
  for (size_t i = 0; i < rows.front().values.size(); ++i) {
    if (options.engine == "z") {
      scorers.emplace_back([one = RunningZ()](double value) mutable { return one.Step(value); });
    } else {
      scorers.emplace_back([one = std::make_shared<NetdataDimension>(netdata, i + 1)](
                               double value) { return one->Step(value); });
    }
  }
  return scorers;
}

int PrintScores(const Options& options) {
  const std::vector<Row> rows = ReadRows(options.file);
  if (rows.empty()) {
    std::fprintf(stderr, "%s: no rows\n", options.file.c_str());
    return 1;
  }
  std::vector<Scorer> scorers = MakeScorers(options, rows);
  for (const Row& row : rows) {
    std::printf("%s", row.time.c_str());
    double greatest = 0;
    for (size_t i = 0; i < scorers.size(); ++i) {
      const double value = i < row.values.size() ? row.values[i] : kMissing;
      const double score = std::isfinite(value) ? scorers[i](value) : 0;
      greatest = std::max(greatest, score);
      if (options.columns) std::printf(",%.17g", score);
    }
    if (!options.columns) std::printf(",%.17g", greatest);
    std::printf("\n");
  }
  return 0;
}

// --- cost

double CpuNanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

// The values of detector_bench: noise around a level.
std::vector<double> NoiseValues() {
  base::Random random(1);
  std::vector<double> values(1021);
  for (double& value : values) value = 0.4 + 0.02 * random.Normal();
  return values;
}

// Median nanoseconds a value when `step(series, value)` is called for so many series in turn.
template <typename Step>
double TimeSteps(size_t series, const Step& step) {
  static const std::vector<double> values = NoiseValues();
  size_t next = 0;
  double kept = 0;
  const auto round = [&] {
    for (size_t i = 0; i < series; ++i) kept += step(i, values[next++ % values.size()]);
  };
  for (int warm = 0; warm < 20; ++warm) round();
  const int64_t rounds = std::max<int64_t>(1, kValuesTimed / static_cast<int64_t>(series));
  std::array<double, kRepetitions> ns{};
  for (double& one : ns) {
    const double begin = CpuNanoseconds();
    for (int64_t i = 0; i < rounds; ++i) round();
    one = (CpuNanoseconds() - begin) / static_cast<double>(rounds) / static_cast<double>(series);
  }
  if (kept < 0) std::fprintf(stderr, "a negative score\n");  // so that the calls are not left out
  std::nth_element(ns.begin(), ns.begin() + kRepetitions / 2, ns.end());
  return ns[kRepetitions / 2];
}

void PrintCostOfZ(size_t series) {
  std::vector<RunningZ> all(series);
  const double ns = TimeSteps(series, [&](size_t i, double value) { return all[i].Step(value); });
  std::printf("{\"peer\": \"z\", \"series\": %zu, \"ns\": %.1f, \"bytes\": %zu}\n", series, ns,
              sizeof(RunningZ));
}

// A dimension at one second with all its models, and what one training took.
struct Trained {
  NetdataDimension dimension{NetdataOptions{}, 1};
  double train_ns = 0;
};

std::unique_ptr<Trained> TrainAll() {
  const NetdataOptions options;
  auto trained = std::make_unique<Trained>();
  base::Random random(2);
  int trainings = 0;
  for (int64_t i = 0; trained->dimension.models().count() < Consensus::kModels; ++i) {
    const bool full = i >= options.window;
    trained->dimension.Step(0.4 + 0.02 * random.Normal());
    if (!full || i % options.train_every != 0) continue;
    const double begin = CpuNanoseconds();
    trained->dimension.Train();
    trained->train_ns += CpuNanoseconds() - begin;
    ++trainings;
  }
  trained->train_ns /= std::max(trainings, 1);
  return trained;
}

// What Netdata keeps of a series beside the values, which it reads back from its store to train.
struct NetdataState {
  LaggedFeatures features;
  Consensus models;
};

void PrintCostOfNetdata(size_t series, const Trained& trained) {
  const NetdataOptions options;
  std::vector<NetdataState> all(series);
  for (NetdataState& one : all) one.models = trained.dimension.models();
  const auto with = [&](bool all_models) {
    return TimeSteps(series, [&, all_models](size_t i, double value) {
      all[i].features.Step(value);
      const Features& features = all[i].features.features();
      if (all_models) return all[i].models.Score(features, options.distance);
      return all[i].models.Agree(features, options.distance) ? 1.0 : 0.0;
    });
  };
  const double train_ns = trained.train_ns / static_cast<double>(options.train_every);
  const double first_ns = with(false);
  const double all_ns = with(true);
  std::printf(
      "{\"peer\": \"netdata\", \"series\": %zu, \"ns\": %.1f, \"ns_all_models\": %.1f, "
      "\"train_ns\": %.1f, \"bytes\": %zu, \"window_bytes\": %zu}\n",
      series, first_ns + train_ns, all_ns + train_ns, train_ns, sizeof(NetdataState),
      static_cast<size_t>(options.window) * sizeof(double));
}

int PrintCost() {
  const std::unique_ptr<Trained> trained = TrainAll();
  for (const size_t series : {size_t{1}, size_t{300}, size_t{100'000}}) {
    PrintCostOfZ(series);
    PrintCostOfNetdata(series, *trained);
  }
  return 0;
}

// --- arguments

bool ReadOption(std::string_view name, std::string_view value, Options& options) {
  if (name == "--window-least") {
    options.scaling.window_least = Parse<int64_t>(value).value_or(0);
    return options.scaling.window_least >= 6;
  }
  if (name == "--first-share") {
    options.scaling.first_share = Parse<double>(value).value_or(0);
    return options.scaling.first_share > 0;
  }
  if (name == "--sampling") {
    options.netdata.sampling = Parse<double>(value).value_or(0);
    return options.netdata.sampling > 0;
  }
  if (name == "--distance" && (value == "sum" || value == "nearest")) {
    options.netdata.distance = value == "sum" ? Distance::kSumOfBoth : Distance::kNearest;
    return true;
  }
  return false;
}

std::optional<Options> ReadOptions(const std::vector<std::string_view>& words) {
  Options options;
  if (words.size() < 2 || (words[0] != "z" && words[0] != "netdata")) return std::nullopt;
  options.engine = words[0];
  options.file = words[1];
  for (size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "--columns") {
      options.columns = true;
    } else if (i + 1 < words.size() && ReadOption(words[i], words[i + 1], options)) {
      ++i;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

int Main(const std::vector<std::string_view>& words) {
  if (words.size() == 1 && words[0] == "cost") return PrintCost();
  const std::optional<Options> options = ReadOptions(words);
  if (options) return PrintScores(*options);
  std::fprintf(
      stderr,
      "detect_peers z|netdata FILE [--columns] [--window-least N] "
      "[--first-share SHARE] [--distance sum|nearest] [--sampling SHARE]\ndetect_peers cost\n");
  return 2;
}

}  // namespace
}  // namespace vedette::bench

int main(int argc, char** argv) { return vedette::bench::Main({argv + 1, argv + argc}); }
