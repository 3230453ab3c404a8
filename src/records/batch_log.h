#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "kv/db.h"
#include "records/bits.h"

namespace vedette::records {

// What was appended and is not sealed yet: a key per append in the database, which makes it
// durable, and the parsed batches in memory, which makes it searchable. Appends gather in a
// generation; a generation that is frozen takes no more and is sealed as a whole: its blocks are
// written and its keys deleted in one batch. `Batch` has Parse(string) and tenant(), encoded(),
// bytes(). Thread-safe.
template <typename Batch>
class BatchLog {
 public:
  using BatchPtr = std::shared_ptr<const Batch>;
  struct Generation {
    uint64_t number = 0;  // the first of its keys
    uint64_t end = 0;     // behind the last; set when it is frozen
    size_t bytes = 0;
    size_t writing = 0;  // appends between their number and their visibility
    std::vector<std::pair<uint64_t, BatchPtr>> batches;
  };
  struct View {
    std::vector<BatchPtr> batches;
    uint64_t first_unsealed = 0;  // blocks of generations from here on are in `batches`
  };

  BatchLog(kv::Db& db, kv::Family family, char kind, kv::Durability durability)
      : db_(db), family_(family), kind_(kind), durability_(durability) {
    active_.number = 1;
  }

  // Reads what a process before this one left. `prepare` sees each batch; damaged ones, and what
  // the database itself cannot read, are passed to `damaged` and left where they are. REQUIRES: no
  // other call yet.
  template <typename Prepare, typename Damaged>
  base::Result<> Recover(const Prepare& prepare, const Damaged& damaged) EXCLUDES(mutex_) {
    const auto sealed = db_.Get(family_, SealedKey());
    if (!sealed.ok() && sealed.error().code != base::ErrorCode::kDataLoss) return sealed.error();
    const bool known = sealed.ok() && sealed->has_value();
    std::string_view end = known ? std::string_view(**sealed) : std::string_view();
    base::MutexLock lock(mutex_);
    bool whole = sealed.ok() && (!known || ReadFixed64(end, next_));
    if (!whole) damaged();
    active_.number = next_;
    const bool numbered = whole;
    const auto iterator = db_.NewIterator(family_, Key(0), Key(UINT64_MAX));
    uint64_t step = 1;
    for (iterator->SeekToFirst();; iterator->Next()) {
      if (!iterator->Valid()) {
        if (iterator->status().ok()) break;
        if (iterator->status().error().code != base::ErrorCode::kDataLoss) {
          return iterator->status();
        }
        if (step == 1) damaged();
        whole = false;
        if (step > kNumbersMax - next_) break;
        iterator->Seek(Key(next_ + step));
        step *= 2;
        if (!iterator->Valid()) continue;
      }
      step = 1;
      std::string_view key = iterator->key().substr(1);
      uint64_t number = 0;
      if (!ReadFixed64(key, number) || number >= kNumbersMax) continue;
      next_ = std::max(next_, number + 1);
      auto batch = Batch::Parse(std::string(iterator->value()));
      if (!batch.ok()) {
        damaged();
        continue;
      }
      prepare(**batch);
      active_.bytes += (*batch)->bytes();
      active_.batches.emplace_back(number, *std::move(batch));
    }
    // A number must never come again: not that of a batch that could not be read either.
    if (!whole) next_ += kNumbersSkipped;
    if (!numbered) active_.number = next_ - 1;  // behind all blocks there are
    return {};
  }

  // Durable and visible when it returns. `also` goes into the same write.
  base::Result<> Append(BatchPtr batch, kv::Batch also = {}) EXCLUDES(mutex_) {
    uint64_t number = 0;
    {
      base::MutexLock lock(mutex_);
      while (freezing_) idle_.Wait(mutex_);
      number = next_++;
      ++active_.writing;
    }
    also.Put(family_, Key(number), batch->encoded());
    base::Result<> written = db_.Write(also, durability_);
    base::MutexLock lock(mutex_);
    // A generation is only frozen when nothing is being written, so this is the same one.
    --active_.writing;
    idle_.NotifyAll();
    if (!written.ok()) return written;
    active_.bytes += batch->bytes();
    active_.batches.emplace_back(number, std::move(batch));
    return {};
  }

  View Look(std::string_view tenant) const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    View view;
    view.first_unsealed = frozen_ != nullptr ? frozen_->number : active_.number;
    if (frozen_ != nullptr) Gather(*frozen_, tenant, view.batches);
    Gather(active_, tenant, view.batches);
    return view;
  }

  size_t active_bytes() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return active_.bytes;
  }

  // The generation that is to be sealed: one that was frozen before and not retired, or the active
  // one. Null when there is nothing. One caller at a time.
  std::shared_ptr<const Generation> Freeze() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    if (frozen_ != nullptr) return frozen_;
    freezing_ = true;
    while (active_.writing > 0) idle_.Wait(mutex_);
    freezing_ = false;
    idle_.NotifyAll();
    if (active_.batches.empty()) return nullptr;
    active_.end = next_;
    frozen_ = std::make_shared<Generation>(std::exchange(active_, Generation{}));
    active_.number = next_;
    return frozen_;
  }

  // Adds what takes a frozen generation out of the log: the deletion of its keys, and where the
  // numbers go on, which must never come again.
  void DeleteKeys(const Generation& generation, kv::Batch& batch) const {
    std::string end;
    AppendFixed64(end, generation.end);
    batch.Put(family_, SealedKey(), end);
    for (const auto& [number, unused] : generation.batches) batch.Delete(family_, Key(number));
  }
  // Call it when that batch is written.
  void Retire() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    frozen_ = nullptr;
  }

  std::vector<std::string> Tenants() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    std::vector<std::string> tenants;
    const auto add = [&](const Generation& generation) {
      for (const auto& [number, batch] : generation.batches) tenants.emplace_back(batch->tenant());
    };
    if (frozen_ != nullptr) add(*frozen_);
    add(active_);
    std::sort(tenants.begin(), tenants.end());
    tenants.erase(std::unique(tenants.begin(), tenants.end()), tenants.end());
    return tenants;
  }

 private:
  static constexpr uint64_t kNumbersMax = uint64_t{1} << 62;
  static constexpr uint64_t kNumbersSkipped = uint64_t{1} << 32;

  std::string Key(uint64_t number) const {
    std::string key(1, kind_);
    AppendFixed64(key, number);
    return key;
  }
  std::string SealedKey() const { return {'n', kind_}; }
  static void Gather(const Generation& generation, std::string_view tenant,
                     std::vector<BatchPtr>& out) {
    for (const auto& [number, batch] : generation.batches) {
      if (batch->tenant() == tenant) out.push_back(batch);
    }
  }

  kv::Db& db_;
  const kv::Family family_;
  const char kind_;
  const kv::Durability durability_;

  mutable base::Mutex mutex_;
  base::CondVar idle_;
  bool freezing_ GUARDED_BY(mutex_) = false;
  uint64_t next_ GUARDED_BY(mutex_) = 1;
  Generation active_ GUARDED_BY(mutex_);
  std::shared_ptr<const Generation> frozen_ GUARDED_BY(mutex_);
};

}  // namespace vedette::records
