#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/mutex.h"
#include "base/result.h"
#include "net/io_shard.h"

namespace vedette::net {

// Listens, and deals new connections out to the shards in turn. Runs on the first shard's thread.
// The shards must outlive it.
class Acceptor {
 public:
  explicit Acceptor(const std::vector<std::shared_ptr<IoShard>>& shards);

  // Binds; gives the port. Before the shards start.
  base::Result<uint16_t> Listen(const std::string& host, uint16_t port);
  // Stops listening; afterwards no shard gets a new connection. From another thread.
  void Close() EXCLUDES(mutex_);

 private:
  void Accept();
  void OnAccept(const boost::system::error_code& error, IoShard& shard,
                boost::asio::ip::tcp::socket socket);

  const std::vector<std::shared_ptr<IoShard>>& shards_;
  ServerCore& core_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  size_t next_shard_ = 0;

  base::Mutex mutex_;
  base::CondVar closed_changed_;
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace vedette::net
