#include "net/server_responder.h"

#include <utility>

#include "net/connection.h"
#include "net/io_shard.h"
#include "net/response_head.h"

namespace vedette::net {
namespace {

class ServerResponder final : public Responder {
 public:
  ServerResponder(IoShard& shard, Connection& connection, uint64_t request, bool accepts_gzip)
      : shard_(shard.shared_from_this()),
        connection_(connection.weak_from_this()),
        request_(request),
        accepts_gzip_(accepts_gzip) {}

  ~ServerResponder() override {
    if (!answered_) Send(FailureResponse({500, "the server did not answer"}));
  }

  void Send(Response response) override {
    if (std::exchange(answered_, true)) return;
    CompressResponse(response, accepts_gzip_, shard_->core().options.gzip_bytes_min);
    OnConnection([request = request_, response = std::move(response)](Connection& c) mutable {
      c.Respond(request, std::move(response));
    });
  }

  std::shared_ptr<ResponseStream> Stream(Response head) override {
    auto wake = [shard = std::weak_ptr(shard_), connection = connection_] {
      const std::shared_ptr<IoShard> alive = shard.lock();
      if (!alive) return;
      alive->Post([connection] {
        if (const std::shared_ptr<Connection> c = connection.lock()) c->FlushStream();
      });
    };
    auto queue = std::make_shared<StreamQueue>(shard_->core().options.stream_bytes_max,
                                               std::move(wake), std::exchange(head.body, {}));
    auto stream = MakeResponseStream(queue);
    if (std::exchange(answered_, true)) {
      queue->Abandon();
      return stream;
    }
    OnConnection([request = request_, head = std::move(head), queue](Connection& c) mutable {
      c.RespondStream(request, head, std::move(queue));
    });
    return stream;
  }

 private:
  // What is posted holds the connection weakly: a context that has ended must not keep what
  // belongs to it alive.
  template <typename Action>
  void OnConnection(Action action) {
    if (shard_->InThread()) {
      if (const std::shared_ptr<Connection> c = connection_.lock()) action(*c);
      return;
    }
    shard_->Post([connection = connection_, action = std::move(action)]() mutable {
      if (const std::shared_ptr<Connection> c = connection.lock()) action(*c);
    });
  }

  const std::shared_ptr<IoShard> shard_;
  const std::weak_ptr<Connection> connection_;
  const uint64_t request_;
  const bool accepts_gzip_;
  bool answered_ = false;
};

}  // namespace

std::unique_ptr<Responder> MakeResponder(IoShard& shard, Connection& connection, uint64_t request,
                                         bool accepts_gzip) {
  return std::make_unique<ServerResponder>(shard, connection, request, accepts_gzip);
}

}  // namespace vedette::net
