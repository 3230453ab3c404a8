#pragma once

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "net/client.h"

namespace vedette::net {

// An HttpClient without a network: replies as scripted, in order, and remembers what was asked.
// When the script is used up it calls the handler, which answers 200 unless told otherwise.
// Thread-safe.
class FakeClient final : public HttpClient {
 public:
  using Handler = std::function<base::Result<Response>(const ClientRequest&)>;

  void Reply(Response response) { Push(std::move(response)); }
  void Fail(base::Error error) { Push(std::move(error)); }
  void SetHandler(Handler handler) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    handler_ = std::move(handler);
  }

  std::vector<ClientRequest> requests() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return requests_;
  }
  size_t request_count() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return requests_.size();
  }

  base::Result<Response> Fetch(const ClientRequest& request) override EXCLUDES(mutex_) {
    Handler handler;
    {
      base::MutexLock lock(mutex_);
      requests_.push_back(request);
      if (!script_.empty()) {
        base::Result<Response> reply = std::move(script_.front());
        script_.pop_front();
        return reply;
      }
      handler = handler_;
    }
    return handler(request);
  }

 private:
  void Push(base::Result<Response> reply) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    script_.push_back(std::move(reply));
  }

  mutable base::Mutex mutex_;
  std::deque<base::Result<Response>> script_ GUARDED_BY(mutex_);
  std::vector<ClientRequest> requests_ GUARDED_BY(mutex_);
  Handler handler_ GUARDED_BY(mutex_) = [](const ClientRequest&) { return Response{}; };
};

}  // namespace vedette::net
