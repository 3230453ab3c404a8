#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/mutex.h"
#include "net/server_core.h"

namespace vedette::net {

class Connection;

// One I/O thread with the connections it serves. Connections never change threads, so they need
// no locks. A regular sweep looks at their deadlines: no timer per connection and request.
// Post, Start, BeginStop, WaitDrained, ForceClose and Join may be called from other threads; the
// rest belongs to the shard's own thread.
class IoShard : public std::enable_shared_from_this<IoShard> {
 public:
  explicit IoShard(std::shared_ptr<ServerCore> core);
  ~IoShard();
  IoShard(const IoShard&) = delete;
  IoShard& operator=(const IoShard&) = delete;

  void Start();
  // Idle connections are closed, the others when their answer is sent.
  void BeginStop();
  // False when connections are left at the deadline (of the machine's clock).
  bool WaitDrained(base::SteadyPoint deadline) EXCLUDES(mutex_);
  void ForceClose();
  // After BeginStop. Returns when every connection is gone.
  void Join();

  template <typename Task>
  void Post(Task&& task) {
    boost::asio::post(context_, std::forward<Task>(task));
  }
  bool InThread() const { return std::this_thread::get_id() == thread_id_.load(); }

  // Serves a socket that the limiter has let in; it is counted until Forget. Own thread.
  void Adopt(boost::asio::ip::tcp::socket socket, const ClientNetwork& client);
  // The same for one that the limiter refused: the connection that has stalled longest, of the
  // same client or of any, makes room. Without one the client gets 503.
  void AdoptInPlaceOfStalled(boost::asio::ip::tcp::socket socket, const ClientNetwork& client);
  void Forget(Connection& connection);
  bool stopping() const { return stopping_; }
  // The Date header, computed once a second.
  std::string_view Date();

  ServerCore& core() { return *core_; }
  boost::asio::io_context& context() { return context_; }

 private:
  bool CloseStalled(const ClientNetwork* client);
  void ScheduleSweep();
  void Sweep();
  void EndIfDrained() EXCLUDES(mutex_);

  const std::shared_ptr<ServerCore> core_;
  const std::chrono::milliseconds sweep_interval_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer sweep_timer_;
  std::atomic<std::thread::id> thread_id_;
  std::thread thread_;

  // Of the shard's thread.
  std::vector<std::shared_ptr<Connection>> connections_;
  bool stopping_ = false;
  std::string date_;
  int64_t date_second_ = -1;

  base::Mutex mutex_;
  base::CondVar drained_changed_;
  bool drained_ GUARDED_BY(mutex_) = false;
};

}  // namespace vedette::net
