#include "series/told.h"

namespace vedette::series {

base::Result<> Told::Begin() {
  if (!state_.observer || state_.told_seq) return {};
  return Put(state_.last_seq);
}

void Told::Advance() {
  if (!state_.observer || !state_.untold.empty()) return;
  if (!mark_) mark_ = Mark{state_.last_seq, state_.observer->Said()};
  if (state_.observer->Kept() < mark_->said) return;
  if (mark_->seq > state_.told_seq.value_or(0)) {
    if (const base::Result<> put = Put(mark_->seq); !put.ok()) {
      base::IgnoreError(put, "it is repeated after the next tick");
      return;
    }
  }
  mark_.reset();
}

base::Result<> Told::Put(uint64_t seq) {
  kv::Batch batch;
  batch.Put(state_.Family(FamilyName::kMeta), ToldKey(state_.shard), EncodeNumber(seq));
  VEDETTE_TRY_VOID(state_.Write(batch, kv::Durability::kProcess));
  state_.told_seq = seq;
  return {};
}

}  // namespace vedette::series
