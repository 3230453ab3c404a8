// What the encodings of samples cost: bytes, and nanoseconds of CPU to write and to read one
// sample. The open chunk (Rice, 120 samples), the sealed block (packed, a day), and Gorilla as the
// peer, on made-up series of each kind and on every column of the CSV files below the folders
// named.
//
//   chunk_bench [NAME=FOLDER...]       normally started by bench/chunks.py, which extracts the data

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "gorilla.h"
#include "series/block.h"
#include "series/chunk.h"

namespace {

namespace base = vedette::base;
namespace series = vedette::series;
using vedette::bench::DecodeGorilla;
using vedette::bench::GorillaEncoder;

constexpr size_t kChunkSamples = 120;
constexpr int64_t kStart = 1'699'920'000'000;

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

using Columns = series::SampleColumns;

struct Cost {
  double bytes = 0;
  double write_s = 0;
  double read_s = 0;
};

// Writes a series with `write`, which appends chunks and their ends, and reads it back with `read`.
template <typename Write, typename Read>
void Measure(const Columns& samples, Cost& cost, Write write, Read read) {
  std::string bytes;
  std::vector<size_t> ends;
  double before = CpuSeconds();
  write(samples, bytes, ends);
  cost.write_s += CpuSeconds() - before;
  cost.bytes += static_cast<double>(bytes.size());
  Columns back;
  before = CpuSeconds();
  size_t begin = 0;
  for (const size_t end : ends) {
    read(std::string_view(bytes).substr(begin, end - begin), back);
    begin = end;
  }
  cost.read_s += CpuSeconds() - before;
  if (back.t_ms != samples.t_ms || !std::equal(back.values.begin(), back.values.end(),
                                               samples.values.begin(), [](double a, double b) {
                                                 return std::bit_cast<uint64_t>(a) ==
                                                        std::bit_cast<uint64_t>(b);
                                               })) {
    std::fprintf(stderr, "a series did not come back\n");
    std::exit(1);
  }
}

bool SameDay(int64_t a, int64_t b) { return series::BucketOf(a) == series::BucketOf(b); }

void WriteRice(const Columns& samples, std::string& out, std::vector<size_t>& ends) {
  series::OpenChunk chunk;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    chunk.Append(samples.t_ms[i], samples.values[i]);
    const bool last = i + 1 == samples.t_ms.size();
    if (!last && chunk.count() < kChunkSamples && SameDay(samples.t_ms[i], samples.t_ms[i + 1])) {
      continue;
    }
    chunk.Encode(out);
    ends.push_back(out.size());
    chunk.Clear();
  }
}

void WriteBlocks(const Columns& samples, std::string& out, std::vector<size_t>& ends) {
  const std::span<const int64_t> t_ms = samples.t_ms;
  const std::span<const double> values = samples.values;
  size_t begin = 0;
  for (size_t i = 1; i <= t_ms.size(); ++i) {
    if (i < t_ms.size() && SameDay(t_ms[begin], t_ms[i]) &&
        i - begin < series::BlockBuilder::kMaxSamples) {
      continue;
    }
    out += series::EncodeBlock(t_ms.subspan(begin, i - begin), values.subspan(begin, i - begin));
    ends.push_back(out.size());
    begin = i;
  }
}

void WriteGorilla(const Columns& samples, std::string& out, std::vector<size_t>& ends) {
  GorillaEncoder chunk;
  for (size_t i = 0; i < samples.t_ms.size(); ++i) {
    chunk.Append(samples.t_ms[i], samples.values[i]);
    if (chunk.count() < kChunkSamples && i + 1 < samples.t_ms.size()) continue;
    chunk.Finish(out);
    ends.push_back(out.size());
  }
}

void ReadChunk(std::string_view bytes, Columns& out) {
  if (!series::DecodeChunk(bytes, INT64_MIN, INT64_MAX, out).ok()) std::exit(1);
}

void Report(const std::string& name, const std::vector<Columns>& all) {
  Cost rice, block, gorilla;
  double n = 0;
  for (const Columns& samples : all) {
    n += static_cast<double>(samples.t_ms.size());
    Measure(samples, rice, WriteRice, ReadChunk);
    Measure(samples, block, WriteBlocks, ReadChunk);
    Measure(samples, gorilla, WriteGorilla, [](std::string_view bytes, Columns& out) {
      DecodeGorilla(bytes, out.t_ms, out.values);
    });
  }
  if (n == 0) return;
  std::printf("%-28s %9.0f", name.c_str(), n);
  for (const Cost& cost : {gorilla, rice, block}) {
    std::printf(" |%7.3f %6.1f %6.1f", cost.bytes / n, cost.write_s * 1e9 / n,
                cost.read_s * 1e9 / n);
  }
  std::printf("\n");
}

void ReportMix(const char* name, const std::function<double(base::Random&, double)>& next) {
  std::vector<Columns> all;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    base::Random random(seed);
    double value = std::floor(random.Uniform() * 1e6);
    Columns samples;
    for (int i = 0; i < 2880; ++i) {
      samples.t_ms.push_back(kStart + i * 15'000);
      samples.values.push_back(value = next(random, value));
    }
    all.push_back(std::move(samples));
  }
  Report(name, all);
}

double Rounded(double value, double unit) { return std::round(value * unit) / unit; }

void ReportMixes() {
  ReportMix("integer counter", [](base::Random& random, double value) {
    return value + std::max(0.0, std::round(300 + 36 * random.Normal()));
  });
  ReportMix("rare counter", [](base::Random& random, double value) {
    return value + (random.Below(30) == 0 ? 1 : 0);
  });
  ReportMix("float counter", [](base::Random& random, double value) {
    return Rounded(value + std::max(0.0, 1.8 + 0.27 * random.Normal()), 1e6);
  });
  ReportMix("gauge, 3 decimals",
            [](base::Random& random, double) { return Rounded(42 + 2.1 * random.Normal(), 1e3); });
  ReportMix("memory, pages", [](base::Random& random, double value) {
    return std::fabs(value + 4096 * std::round(400 * random.Normal()));
  });
  ReportMix("random walk", [](base::Random& random, double value) {
    return random.Below(10) < 6 ? std::floor(value + 2.4 * random.Normal()) : value;
  });
  ReportMix("constant", [](base::Random&, double value) { return value; });
  ReportMix("full mantissa", [](base::Random& random, double) { return random.Uniform() * 1000; });
}

// The next field of a line, taken off its front.
std::string_view TakeField(std::string_view& line) {
  const std::string_view field = line.substr(0, line.find(','));
  line.remove_prefix(std::min(line.size(), field.size() + 1));
  return field;
}

bool ToNumber(std::string_view field, double& number) {
  const auto parsed = std::from_chars(field.data(), field.data() + field.size(), number);
  return parsed.ec == std::errc();
}

// Appends the columns of a CSV file whose first column is the time in seconds; a first line that
// does not begin with a number is a header. Empty fields are no samples.
void ReadCsv(const std::filesystem::path& path, std::vector<Columns>& all) {
  std::ifstream file(path);
  std::string text;
  std::vector<Columns> columns;
  while (std::getline(file, text)) {
    std::string_view line = text;
    double seconds = 0;
    if (!ToNumber(TakeField(line), seconds)) continue;
    const auto t_ms = static_cast<int64_t>(std::llround(seconds * 1000));
    for (size_t column = 0; !line.empty(); ++column) {
      double value = 0;
      if (!ToNumber(TakeField(line), value)) continue;
      if (column >= columns.size()) columns.resize(column + 1);
      Columns& samples = columns[column];
      if (!samples.t_ms.empty() && t_ms <= samples.t_ms.back()) continue;
      samples.t_ms.push_back(t_ms);
      samples.values.push_back(value);
    }
  }
  for (Columns& samples : columns) {
    if (!samples.t_ms.empty()) all.push_back(std::move(samples));
  }
}

void ReportFolder(std::string_view argument) {
  const size_t equals = argument.find('=');
  if (equals == std::string_view::npos) return;
  std::vector<Columns> all;
  std::error_code ignored;
  using Walk = std::filesystem::recursive_directory_iterator;
  for (const auto& entry : Walk(argument.substr(equals + 1), ignored)) {
    const std::string file = entry.path().filename().string();
    // Of the cases of a failure only the metrics are series.
    if (entry.path().extension() != ".csv" || file == "spans.csv" || file == "logs.csv") continue;
    ReadCsv(entry.path(), all);
  }
  Report(std::string(argument.substr(0, equals)), all);
}

}  // namespace

int main(int argc, char** argv) {
  std::printf("%-28s %9s |%-21s |%-21s |%-21s\n", "", "samples", " Gorilla, 120",
              " open chunk, 120", " block, a day");
  std::printf("%-28s %9s", "", "");
  for (int i = 0; i < 3; ++i) std::printf(" |%7s %6s %6s", "bytes", "write", "read");
  std::printf("   (ns CPU a sample)\n");
  ReportMixes();
  for (int i = 1; i < argc; ++i) ReportFolder(argv[i]);
  return 0;
}
