#include "detect/learned/faults.h"

#include <algorithm>

namespace vedette::detect::learned {
namespace {

constexpr std::array<std::string_view, kFaultKinds> kNames = {"spike",  "shift",    "drift",
                                                              "frozen", "elsewhen", "together"};

double Signed(base::Random& random, double low, double high) {
  return (random.Below(2) == 0 ? -1 : 1) * random.Uniform(low, high);
}

}  // namespace

std::string_view FaultKindName(FaultKind kind) { return kNames[static_cast<size_t>(kind)]; }

Fault RandomFault(base::Random& random, FaultKind kind, size_t first, size_t last, size_t metrics,
                  size_t longest) {
  Fault fault{.kind = kind, .sizes = std::vector<double>(metrics)};
  fault.length = std::min(last - first, longest / 2 + random.Below(longest - longest / 2));
  const size_t one = random.Below(metrics), another = random.Below(metrics);
  switch (kind) {
    case FaultKind::kSpike:
      fault.length = std::min<size_t>(last - first, 1 + random.Below(3));
      fault.sizes[one] = Signed(random, 4, 9);
      break;
    case FaultKind::kShift:
      fault.sizes[one] = Signed(random, 2, 5);
      if (random.Below(2) == 0) fault.sizes[another] = Signed(random, 2, 5);
      break;
    case FaultKind::kDrift: fault.sizes[one] = Signed(random, 3, 7); break;
    case FaultKind::kFrozen: break;
    case FaultKind::kElsewhen:
      for (double& each : fault.sizes) each = random.Below(2) == 0 ? 1 : 0;
      fault.sizes[one] = 1;
      break;
    case FaultKind::kTogether:
      for (double& each : fault.sizes) each = Signed(random, 1, 2.5);
      break;
  }
  fault.start = first + random.Below(last - first - fault.length + 1);
  fault.other = random.Below(std::max<size_t>(1, first));
  return fault;
}

double GrownAt(const Fault& fault, size_t row) {
  if (row < fault.start || row >= fault.start + fault.length) return 0;
  if (fault.kind != FaultKind::kDrift) return 1;
  return static_cast<double>(row - fault.start + 1) / static_cast<double>(fault.length);
}

void ApplyFault(const Fault& fault, const learn::Matrix& rows, size_t row, double* out) {
  const double grown = GrownAt(fault, row);
  if (grown == 0) return;
  const size_t since = row - fault.start;
  for (size_t j = 0; j < rows.cols(); ++j) {
    if (fault.kind == FaultKind::kFrozen) {
      out[j] = rows(fault.start == 0 ? 0 : fault.start - 1, j);
    } else if (fault.kind == FaultKind::kElsewhen) {
      if (fault.sizes[j] != 0) out[j] = rows((fault.other + since) % rows.rows(), j);
    } else {
      out[j] += fault.sizes[j] * grown;
    }
  }
}

}  // namespace vedette::detect::learned
