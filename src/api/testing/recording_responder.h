#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "net/http.h"

namespace vedette::api {

// Keeps what was answered, for tests.
struct Recorded {
  std::optional<net::Response> response;
  std::shared_ptr<net::ResponseStream> stream;
};

// A stream whose reader is fast, slow or gone, as the test says.
class RecordingStream final : public net::ResponseStream {
 public:
  bool Write(std::string_view bytes) override {
    base::MutexLock lock(mutex_);
    if (closed_) return false;
    text_ += bytes;
    return true;
  }
  bool closed() const override {
    base::MutexLock lock(mutex_);
    return closed_;
  }
  void Close() override {
    base::MutexLock lock(mutex_);
    closed_ = true;
  }
  // What was written since the last call.
  std::string Take() {
    base::MutexLock lock(mutex_);
    return std::exchange(text_, {});
  }

 private:
  mutable base::Mutex mutex_;
  std::string text_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
};

class RecordingResponder final : public net::Responder {
 public:
  explicit RecordingResponder(Recorded& out) : out_(out) {}
  void Send(net::Response response) override { out_.response = std::move(response); }
  std::shared_ptr<net::ResponseStream> Stream(net::Response head) override {
    auto stream = std::make_shared<RecordingStream>();
    stream->Write(head.body);
    out_.response = std::move(head);
    out_.stream = stream;
    return stream;
  }

 private:
  Recorded& out_;
};

}  // namespace vedette::api
