#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "net/mail.h"

namespace vedette::net {

// A MailClient without a network: answers as the test says (250 unless told otherwise) and
// remembers what was sent. Thread-safe.
class FakeMail final : public MailClient {
 public:
  using Handler = std::function<base::Result<MailAnswer>(const MailRequest&)>;

  void SetHandler(Handler handler) EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    handler_ = std::move(handler);
  }
  std::vector<MailRequest> requests() const EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    return requests_;
  }

  base::Result<MailAnswer> Send(const MailRequest& request) override EXCLUDES(mutex_) {
    Handler handler;
    {
      base::MutexLock lock(mutex_);
      requests_.push_back(request);
      handler = handler_;
    }
    return handler(request);
  }

 private:
  mutable base::Mutex mutex_;
  std::vector<MailRequest> requests_ GUARDED_BY(mutex_);
  Handler handler_ GUARDED_BY(mutex_) = [](const MailRequest&) {
    return MailAnswer{.status = 250, .text = "taken"};
  };
};

}  // namespace vedette::net
