#include "net/stream_queue.h"

#include <utility>

namespace vedette::net {
namespace {

class QueueStream final : public ResponseStream {
 public:
  explicit QueueStream(std::shared_ptr<StreamQueue> queue) : queue_(std::move(queue)) {}
  ~QueueStream() override { queue_->Close(); }

  bool Write(std::string_view bytes) override { return queue_->Write(bytes); }
  bool closed() const override { return queue_->closed(); }
  void Close() override { queue_->Close(); }

 private:
  const std::shared_ptr<StreamQueue> queue_;
};

}  // namespace

bool StreamQueue::Write(std::string_view bytes) {
  bool wake = false;
  bool taken = false;
  {
    base::MutexLock lock(mutex_);
    if (closed_) return false;
    taken = waiting_.size() + sending_ + bytes.size() <= bytes_max_;
    if (taken) {
      waiting_.append(bytes);
    } else {
      overflowed_ = true;
      closed_ = true;
    }
    // A connection that is stuck in a write must still hear of the overflow.
    wake = !std::exchange(woken_, true) || overflowed_;
  }
  if (wake) wake_();
  return taken;
}

void StreamQueue::Close() {
  bool wake = false;
  {
    base::MutexLock lock(mutex_);
    if (std::exchange(closed_, true)) return;
    wake = !std::exchange(woken_, true);
  }
  if (wake) wake_();
}

bool StreamQueue::closed() const {
  base::MutexLock lock(mutex_);
  return closed_;
}

bool StreamQueue::overflowed() const {
  base::MutexLock lock(mutex_);
  return overflowed_;
}

StreamQueue::Batch StreamQueue::Take() {
  base::MutexLock lock(mutex_);
  woken_ = false;
  Batch batch{.bytes = std::exchange(waiting_, {}), .last = closed_};
  sending_ += batch.bytes.size();
  return batch;
}

void StreamQueue::Sent(size_t bytes) {
  base::MutexLock lock(mutex_);
  sending_ -= bytes;
}

void StreamQueue::Abandon() {
  base::MutexLock lock(mutex_);
  closed_ = true;
  waiting_.clear();
}

std::shared_ptr<ResponseStream> MakeResponseStream(std::shared_ptr<StreamQueue> queue) {
  return std::make_shared<QueueStream>(std::move(queue));
}

}  // namespace vedette::net
