#include "app/record_metrics.h"

#include <cstdint>
#include <string_view>

namespace vedette::app {

void AddRecordMetrics(base::MetricsRegistry& metrics, const records::EmbeddedStore& store) {
  using Stats = records::EmbeddedStore::Stats;
  struct Metric {
    std::string_view name;
    std::string_view help;
    uint64_t Stats::* value;
  };
  constexpr Metric kMetrics[] = {
      {"vedette_records_blocks_sealed_total", "Blocks of log lines and spans written.",
       &Stats::blocks_sealed},
      {"vedette_records_sealed_bytes_total", "Bytes of these blocks, as stored.",
       &Stats::bytes_sealed},
      {"vedette_records_seal_failures_total", "Attempts to write blocks that failed.",
       &Stats::seal_failures},
      {"vedette_records_waiting_bytes", "Log lines and spans in memory that wait for their block.",
       &Stats::waiting_bytes},
      {"vedette_records_damaged_total", "Damaged records and blocks that were met and left out.",
       &Stats::damaged},
      {"vedette_records_expired_total", "Blocks, events and changes that retention deleted.",
       &Stats::expired},
      {"vedette_records_scanned_total", "Records that queries looked at.", &Stats::records_scanned},
      {"vedette_log_patterns", "Patterns of log lines that are known.", &Stats::patterns},
      {"vedette_log_patterns_new_total", "Patterns that were found since the start.",
       &Stats::new_patterns},
      {"vedette_log_lines_unclassified_total", "Log lines for which there were too many patterns.",
       &Stats::unclassified_lines}};
  for (const Metric& metric : kMetrics) {
    metrics.AddCallback(metric.name, metric.help, [&store, value = metric.value] {
      return static_cast<double>(store.GetStats().*value);
    });
  }
  metrics.AddCallback("vedette_records_seal_failing", "1: the last attempt to write blocks failed.",
                      [&store] { return store.GetStats().seal_failing ? 1.0 : 0.0; });
}

}  // namespace vedette::app
