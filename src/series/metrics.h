#pragma once

#include "base/metrics.h"

namespace vedette::series {

// What the store counts about itself.
struct Metrics {
  explicit Metrics(base::MetricsRegistry& registry)
      : samples(registry.AddCounter("vedette_series_samples_total", "Samples stored")),
        histograms(registry.AddCounter("vedette_series_histograms_total",
                                       "Native histograms among the samples stored")),
        exemplars(registry.AddCounter("vedette_series_exemplars_total", "Exemplars kept")),
        duplicates(registry.AddCounter("vedette_series_duplicate_samples_total",
                                       "Samples that were stored already")),
        refused_out_of_order(Refused(registry, "out_of_order")),
        refused_conflicting(Refused(registry, "conflicting")),
        refused_too_new(Refused(registry, "too_new")),
        refused_series_limit(Refused(registry, "series_limit")),
        append_errors(registry.AddCounter("vedette_series_append_errors_total",
                                          "Appends of which nothing was acknowledged")),
        queue_refusals(registry.AddCounter("vedette_series_queue_refusals_total",
                                           "Tasks refused because a shard's queue was full")),
        series_created(registry.AddCounter("vedette_series_created_total", "Series created")),
        series_removed(registry.AddCounter("vedette_series_removed_total", "Series removed")),
        series_left(registry.AddCounter("vedette_series_left_memory_total",
                                        "Idle series that left memory for the disk")),
        series_returned(registry.AddCounter("vedette_series_returned_total",
                                            "Series that came back from the disk to memory")),
        chunks(registry.AddCounter("vedette_series_chunks_written_total", "Chunks stored")),
        blocks(registry.AddCounter("vedette_series_blocks_written_total",
                                   "Blocks that took the place of chunks")),
        packed_samples(registry.AddCounter("vedette_series_packed_samples_total",
                                           "Samples packed into blocks, again ones included")),
        rollups(registry.AddCounter("vedette_series_rollups_written_total",
                                    "Days of series that were rolled up, again ones included")),
        rollup_bytes(registry.AddCounter("vedette_series_rollup_bytes_written_total",
                                         "Bytes of roll-ups written, before compression")),
        log_bytes(registry.AddCounter("vedette_series_log_bytes_total",
                                      "Bytes written to the write-ahead log")),
        rounds(registry.AddCounter("vedette_series_checkpoint_rounds_total",
                                   "Finished checkpoint rounds")),
        corrupt(registry.AddCounter("vedette_series_corrupt_records_total",
                                    "Stored records that were damaged and left out")),
        write_errors(registry.AddCounter("vedette_series_write_errors_total",
                                         "Writes to the database that failed")),
        active_series(registry.AddGauge("vedette_series_active", "Series in memory")),
        head_bytes(
            registry.AddGauge("vedette_series_head_bytes",
                              "Memory of series: slots, labels and their index, open chunks")),
        append_seconds(registry.AddHistogram("vedette_series_append_seconds",
                                             "Time from the call of Append to its answer")),
        select_seconds(registry.AddHistogram("vedette_series_select_seconds",
                                             "Time to find the series of a selection")) {}

  base::Counter& samples;
  base::Counter& histograms;
  base::Counter& exemplars;
  base::Counter& duplicates;
  base::Counter& refused_out_of_order;
  base::Counter& refused_conflicting;
  base::Counter& refused_too_new;
  base::Counter& refused_series_limit;
  base::Counter& append_errors;
  base::Counter& queue_refusals;
  base::Counter& series_created;
  base::Counter& series_removed;
  base::Counter& series_left;
  base::Counter& series_returned;
  base::Counter& chunks;
  base::Counter& blocks;
  base::Counter& packed_samples;
  base::Counter& rollups;
  base::Counter& rollup_bytes;
  base::Counter& log_bytes;
  base::Counter& rounds;
  base::Counter& corrupt;
  base::Counter& write_errors;
  base::Gauge& active_series;
  base::Gauge& head_bytes;
  base::Histogram& append_seconds;
  base::Histogram& select_seconds;

 private:
  static base::Counter& Refused(base::MetricsRegistry& registry, const char* reason) {
    return registry.AddCounter("vedette_series_refused_samples_total",
                               "Samples refused for good, by reason", {{"reason", reason}});
  }
};

}  // namespace vedette::series
