#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "net/http.h"

namespace vedette::net {

// What a handler has written to a ResponseStream and the connection has not sent yet. Bounded:
// a client that does not keep up is cut off rather than waited for. Thread-safe.
class StreamQueue {
 public:
  // `wake` tells the connection to look; it is called without the lock, from any thread.
  // `beginning` does not count.
  StreamQueue(size_t bytes_max, std::function<void()> wake, std::string beginning)
      : bytes_max_(bytes_max + beginning.size()),
        wake_(std::move(wake)),
        waiting_(std::move(beginning)) {}

  // The writer's side.
  bool Write(std::string_view bytes) EXCLUDES(mutex_);
  void Close() EXCLUDES(mutex_);
  bool closed() const EXCLUDES(mutex_);

  // The connection's side. True when the client was too slow: cut it off.
  bool overflowed() const EXCLUDES(mutex_);
  // What Take gives counts until Sent.
  struct Batch {
    std::string bytes;
    bool last = false;  // nothing follows
  };
  Batch Take() EXCLUDES(mutex_);
  void Sent(size_t bytes) EXCLUDES(mutex_);
  // The client is gone: nothing more is taken.
  void Abandon() EXCLUDES(mutex_);

 private:
  const size_t bytes_max_;
  const std::function<void()> wake_;
  mutable base::Mutex mutex_;
  std::string waiting_ GUARDED_BY(mutex_);
  size_t sending_ GUARDED_BY(mutex_) = 0;
  bool closed_ GUARDED_BY(mutex_) = false;
  bool overflowed_ GUARDED_BY(mutex_) = false;
  bool woken_ GUARDED_BY(mutex_) = false;
};

// What the handler holds; the stream ends when it is dropped.
std::shared_ptr<ResponseStream> MakeResponseStream(std::shared_ptr<StreamQueue> queue);

}  // namespace vedette::net
