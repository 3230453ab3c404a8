#include "query/range_edges.h"

#include <algorithm>
#include <cmath>

#include "query/block.h"

namespace vedette::query {
namespace {

// A point of the line through two samples. A counter that falls in between began anew: at the left
// edge from zero, at the right edge on top of what it had.
double Between(const EdgedWindow& w, size_t left, int64_t t_ms, bool counter, bool at_start) {
  double from = w.values[left];
  double to = w.values[left + 1];
  if (counter && to < from) {
    if (at_start) {
      from = 0;
    } else {
      to += from;
    }
  }
  return from + (to - from) * static_cast<double>(t_ms - w.t_ms[left]) /
                    static_cast<double>(w.t_ms[left + 1] - w.t_ms[left]);
}

// Which samples the edges stand on, and their values.
struct Ends {
  Ends(const EdgedWindow& w, bool counter) {
    const bool smoothed = w.edges == RangeEdges::kSmoothed;
    last = w.size - 1;
    // The last sample is no candidate for the first edge's neighbour unless it is alone.
    first = static_cast<size_t>(std::upper_bound(w.t_ms, w.t_ms + last, w.start_ms) - w.t_ms);
    first -= std::min<size_t>(first, 1);
    if (smoothed) {
      last = static_cast<size_t>(std::lower_bound(w.t_ms, w.t_ms + last, w.end_ms) - w.t_ms);
    }
    left = w.values[first];
    right = w.values[last];
    if (!smoothed || !any(w)) return;
    if (w.t_ms[first] < w.start_ms) left = Between(w, first, w.start_ms, counter, true);
    if (last > 0 && w.t_ms[last] > w.end_ms) {
      right = Between(w, last - 1, w.end_ms, counter, false);
    }
  }

  bool any(const EdgedWindow& w) const { return w.t_ms[last] > w.start_ms; }
  // The samples strictly between the edges are those of [begin, end).
  size_t begin(const EdgedWindow& w) const {
    return w.t_ms[first] <= w.start_ms ? first + 1 : first;
  }
  size_t end(const EdgedWindow& w) const { return w.t_ms[last] >= w.end_ms ? last : last + 1; }

  size_t first;
  size_t last;
  double left;
  double right;
};

double Change(const EdgedWindow& w, bool counter) {
  const Ends ends(w, counter);
  if (!ends.any(w)) return Absent();
  double change = ends.right - ends.left;
  if (!counter) return change;
  double before = ends.left;
  for (size_t i = ends.begin(w); i < ends.end(w); ++i) {
    if (w.values[i] < before) change += before;
    before = w.values[i];
  }
  return ends.right < before ? change + before : change;
}

template <typename Counts>
double CountSteps(const EdgedWindow& w, Counts counts) {
  size_t steps = 0;
  for (size_t i = Ends(w, false).first + 1; i < w.size; ++i) {
    if (counts(w.values[i - 1], w.values[i])) ++steps;
  }
  return static_cast<double>(steps);
}

}  // namespace

double OverEdges(FunctionId id, const EdgedWindow& w) {
  switch (id) {
    case FunctionId::kRate: {
      const double increase = Change(w, true);
      if (IsAbsent(increase)) return increase;
      return increase * 1000 / static_cast<double>(w.end_ms - w.start_ms);
    }
    case FunctionId::kIncrease: return Change(w, true);
    case FunctionId::kDelta: return Change(w, false);
    case FunctionId::kChanges:
      return CountSteps(w, [](double before, double after) {
        return before != after && !(std::isnan(before) && std::isnan(after));
      });
    case FunctionId::kResets:
      return CountSteps(w, [](double before, double after) { return after < before; });
    default: return Absent();
  }
}

series::SampleColumns SamplesBetweenEdges(const EdgedWindow& w) {
  series::SampleColumns samples;
  const Ends ends(w, false);
  if (!ends.any(w)) return samples;
  const auto add = [&](int64_t t_ms, double value) {
    samples.t_ms.push_back(t_ms);
    samples.values.push_back(value);
  };
  add(w.start_ms, ends.left);
  for (size_t i = ends.begin(w); i < ends.end(w); ++i) add(w.t_ms[i], w.values[i]);
  add(w.end_ms, ends.right);
  return samples;
}

double SmoothedAt(const int64_t* t_ms, const double* values, size_t size, int64_t time_ms) {
  const auto next = static_cast<size_t>(std::lower_bound(t_ms, t_ms + size, time_ms) - t_ms);
  if (next < size && t_ms[next] == time_ms) return values[next];
  if (next == 0) return Absent();
  if (next == size) return values[size - 1];
  const double share = static_cast<double>(time_ms - t_ms[next - 1]) /
                       static_cast<double>(t_ms[next] - t_ms[next - 1]);
  return values[next - 1] + (values[next] - values[next - 1]) * share;
}

}  // namespace vedette::query
