#include "net/acceptor.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace vedette::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr int kBacklog = 1024;
constexpr std::chrono::milliseconds kRetryDelay{50};

ClientNetwork NetworkOf(const asio::ip::address& address) {
  if (address.is_v4()) {
    return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  }
  ClientNetwork network = address.to_v6().to_bytes();
  if (!address.to_v6().is_v4_mapped()) std::fill(network.begin() + 8, network.end(), 0);
  return network;
}

}  // namespace

Acceptor::Acceptor(const std::vector<std::shared_ptr<IoShard>>& shards)
    : shards_(shards),
      core_(shards.front()->core()),
      acceptor_(shards.front()->context()),
      retry_(shards.front()->context()) {}

base::Result<uint16_t> Acceptor::Listen(const std::string& host, uint16_t port) {
  const std::string where = host + ":" + std::to_string(port);
  ErrorCode error;
  tcp::resolver resolver(shards_.front()->context());
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    return base::InvalidArgument(
        "cannot resolve the address to listen on, " + where + ": " + error.message(),
        "server.host");
  }
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(kBacklog, error);
  if (error) return base::Unavailable("cannot listen on " + where + ": " + error.message());
  Accept();
  return acceptor_.local_endpoint().port();
}

void Acceptor::Accept() {
  IoShard& shard = *shards_[next_shard_++ % shards_.size()];
  acceptor_.async_accept(shard.context(),
                         [this, &shard](const ErrorCode& error, tcp::socket socket) {
                           OnAccept(error, shard, std::move(socket));
                         });
}

void Acceptor::OnAccept(const ErrorCode& error, IoShard& shard, tcp::socket socket) {
  if (!acceptor_.is_open()) return;
  if (error) {
    // Mostly a lack of file descriptors, which trying again at once would not mend.
    base::LogWarning("cannot accept a connection", {{"error", error.message()}});
    retry_.expires_after(kRetryDelay);
    retry_.async_wait([this](const ErrorCode& cancelled) {
      if (!cancelled) Accept();
    });
    return;
  }
  ErrorCode gone;
  const ClientNetwork client = NetworkOf(socket.remote_endpoint(gone).address());
  if (!gone) {
    const bool room = core_.limiter.Acquire(client);
    shard.Post([&shard, room, socket = std::move(socket), client]() mutable {
      room ? shard.Adopt(std::move(socket), client)
           : shard.AdoptInPlaceOfStalled(std::move(socket), client);
    });
  }
  Accept();
}

void Acceptor::Close() {
  shards_.front()->Post([this] {
    ErrorCode ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    base::MutexLock lock(mutex_);
    closed_ = true;
    closed_changed_.NotifyAll();
  });
  base::MutexLock lock(mutex_);
  while (!closed_) closed_changed_.Wait(mutex_);
}

}  // namespace vedette::net
