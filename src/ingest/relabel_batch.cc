#include "ingest/relabel_batch.h"

#include <string>

namespace vedette::ingest {

model::WriteBatch RelabelBatch(const model::WriteBatch& batch, const relabel::Rules& rules,
                               std::vector<uint32_t>& kept_entries) {
  model::WriteBatch out;
  kept_entries.clear();
  model::LabelsBuilder labels;
  relabel::Texts texts;
  std::string canonical;
  const auto histograms = batch.histograms();
  const auto exemplars = batch.exemplars();
  size_t histogram = 0;
  size_t exemplar = 0;
  for (uint32_t i = 0; i < batch.entries().size(); ++i) {
    const model::WriteBatch::Entry& entry = batch.entries()[i];
    labels.Reset(batch.labels(entry));
    texts.clear();
    const bool kept = relabel::Apply(rules, labels, texts);
    if (kept) {
      kept_entries.push_back(i);
      canonical.clear();
      labels.AppendCanonical(canonical);
      out.BeginSeries(model::LabelsView::FromCanonical(canonical));
      for (const model::Sample& sample : batch.samples(entry)) out.Add(sample.t_ms, sample.value);
    }
    for (; histogram < histograms.size() && histograms[histogram].entry == i; ++histogram) {
      if (kept) out.AddHistogram(histograms[histogram].t_ms, histograms[histogram].histogram);
    }
    for (; exemplar < exemplars.size() && exemplars[exemplar].entry == i; ++exemplar) {
      if (kept) out.AddExemplar(exemplars[exemplar].exemplar);
    }
  }
  return out;
}

}  // namespace vedette::ingest
