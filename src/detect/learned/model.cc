#include "detect/learned/model.h"

#include <algorithm>
#include <cmath>

namespace vedette::detect::learned {
namespace {

constexpr size_t kWindowsAtOnce = 64;
constexpr double kQuartiles = 1.349;  // of a normal distribution, in standard deviations

}  // namespace

double TrialReport::Gain() const {
  if (total.faults == 0) return 0;
  return (static_cast<double>(total.by_either) - static_cast<double>(total.by_statistics)) /
         static_cast<double>(total.faults);
}

std::vector<double> RawScores(const Model& model, const learn::Matrix& scaled, size_t first,
                              size_t last) {
  std::vector<double> scores;
  for (size_t row = first; row < last; row += kWindowsAtOnce) {
    learn::Windows windows;
    windows.layout = {.steps = model.window, .windows = std::min(kWindowsAtOnce, last - row)};
    windows.values = learn::Matrix(windows.layout.rows(), scaled.cols());
    for (size_t t = 0; t < model.window; ++t) {
      for (size_t w = 0; w < windows.layout.windows; ++w) {
        std::copy_n(scaled.row(row + w + t + 1 - model.window), scaled.cols(),
                    windows.values.row(t * windows.layout.windows + w));
      }
    }
    const learn::Matrix all = model.network->Score(windows);
    for (size_t w = 0; w < windows.layout.windows; ++w) {
      scores.push_back(all((model.window - 1) * windows.layout.windows + w, 0));
    }
  }
  return scores;
}

void RecentScores::Add(double raw) {
  recent_.push_back(raw);
  if (recent_.size() > kKept) recent_.pop_front();
}

double RecentScores::Deviation(double raw) const {
  if (recent_.size() < kEnough) return 0;
  std::vector<double> values(recent_.begin(), recent_.end());
  const double middle = Quantile(values, 0.5);
  const double spread = (Quantile(values, 0.75) - Quantile(values, 0.25)) / kQuartiles;
  return (raw - middle) / std::max(spread, floor_);
}

std::vector<double> Lasting(const std::vector<double>& deviations) {
  std::vector<double> out(deviations.size(), -INFINITY);
  for (size_t i = kOpenAfter - 1; i < out.size(); ++i) {
    const auto last = deviations.begin() + static_cast<std::ptrdiff_t>(i + 1);
    out[i] = *std::min_element(last - static_cast<std::ptrdiff_t>(kOpenAfter), last);
  }
  return out;
}

double ScoreOf(double deviation, double threshold) {
  if (!(deviation > 0)) return 0;
  return 1 - std::pow(0.3, deviation / threshold);
}

}  // namespace vedette::detect::learned
