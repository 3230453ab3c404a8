#include "app/size_retention.h"

#include <algorithm>

#include "base/duration.h"
#include "base/log.h"

namespace vedette::app {

base::Result<> SizeRetention::Tend(base::TimePoint now) {
  const uint64_t bytes = max_bytes_ == 0 ? 0 : db_.GetStats().disk_bytes;
  if (bytes <= max_bytes_) return {};
  constexpr base::Duration kDay = std::chrono::hours(24);
  VEDETTE_TRY(const auto oldest, series_.OldestDay());
  const base::TimePoint next = std::max(horizon_, oldest.value_or(now - 3 * kDay)) + kDay;
  if (next > now - kDay) {
    base::LogWarning(
        "the stores are larger than storage.max_bytes, but nothing old is left to drop",
        {{"bytes", bytes}, {"max_bytes", max_bytes_}});
    return {};
  }
  base::LogInfo("the oldest day goes: the stores are larger than storage.max_bytes",
                {{"bytes", bytes}, {"before", base::FormatTime(next)}});
  VEDETTE_TRY_VOID(series_.DropBefore(next));
  VEDETTE_TRY_VOID(records_.DropBefore(next));
  horizon_ = next;
  return {};
}

}  // namespace vedette::app
