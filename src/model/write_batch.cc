#include "model/write_batch.h"

namespace vedette::model {

void WriteBatch::Clear() {
  labels_.clear();
  entries_.clear();
  samples_.clear();
  histograms_.clear();
  exemplars_.clear();
}

void WriteBatch::BeginSeries(LabelsView labels, uint32_t plain_labels) {
  entries_.push_back({static_cast<uint32_t>(labels_.size()),
                      static_cast<uint32_t>(labels.bytes().size()),
                      static_cast<uint32_t>(samples_.size()), 0, plain_labels});
  labels_.append(labels.bytes());
}

}  // namespace vedette::model
