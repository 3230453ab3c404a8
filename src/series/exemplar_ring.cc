#include "series/exemplar_ring.h"

namespace vedette::series {

bool ExemplarRing::Add(uint32_t slot, const model::Exemplar& exemplar) {
  if (capacity_ == 0) return false;
  const auto known = chains_.find(slot);
  if (known != chains_.end()) {
    const model::Exemplar& newest = entries_[known->second.newest].exemplar;
    if (exemplar.t_ms < newest.t_ms) return false;
    // Of one time the values go up; that also refuses the newest when it is sent again, which
    // text exposition does at every scrape.
    if (exemplar.t_ms == newest.t_ms && !(exemplar.value > newest.value)) return false;
  }
  if (entries_.size() < capacity_ && at_ == entries_.size()) entries_.emplace_back();
  const uint32_t place = at_;
  at_ = static_cast<uint32_t>((at_ + 1) % capacity_);
  if (entries_[place].slot != kNone) Evict(place);
  entries_[place] = {.exemplar = exemplar, .slot = slot, .next = kNone};
  ++size_;
  // Looked up again: the eviction may have taken the last exemplar of this very series.
  const auto [chain, made] = chains_.try_emplace(slot, Chain{place, place});
  if (made) return true;
  entries_[chain->second.newest].next = place;
  chain->second.newest = place;
  return true;
}

// Entries leave in the order in which they came, so the one that leaves is its series' oldest.
void ExemplarRing::Evict(uint32_t entry) {
  const auto chain = chains_.find(entries_[entry].slot);
  --size_;
  if (chain->second.newest == entry) {
    chains_.erase(chain);
  } else {
    chain->second.oldest = entries_[entry].next;
  }
}

void ExemplarRing::Remove(uint32_t slot) {
  const auto chain = chains_.find(slot);
  if (chain == chains_.end()) return;
  for (uint32_t at = chain->second.oldest; at != kNone;) {
    const uint32_t next = entries_[at].next;
    entries_[at] = Entry();
    --size_;
    at = next;
  }
  chains_.erase(chain);
}

void ExemplarRing::Read(uint32_t slot, int64_t from_ms, int64_t to_ms,
                        std::vector<model::Exemplar>& out) const {
  const auto chain = chains_.find(slot);
  if (chain == chains_.end()) return;
  for (uint32_t at = chain->second.oldest; at != kNone; at = entries_[at].next) {
    const model::Exemplar& exemplar = entries_[at].exemplar;
    if (exemplar.t_ms >= from_ms && exemplar.t_ms <= to_ms) out.push_back(exemplar);
  }
}

}  // namespace vedette::series
